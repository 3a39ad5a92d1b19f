output "address" {
  description = "The elastic IP, which stays while slots come and go."
  value       = aws_eip.this.public_ip
}

output "slots" {
  description = "Each filled slot: its instance, the address it answers at, and its image."

  # The instance's own address is gone once the elastic IP points at it.
  value = {
    for slot, key in local.instance_of : slot => {
      instance_id = aws_instance.slot[key].id
      public_ip   = slot == var.live_slot ? aws_eip.this.public_ip : aws_instance.slot[key].public_ip
      image       = local.instances[key].image
    }
  }
}

output "live_slot" {
  description = "The slot that the elastic IP points at, or null."
  value       = var.live_slot
}
