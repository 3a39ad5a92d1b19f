output "address" {
  description = "The elastic IP that the service answers at, or null when retired."
  value       = one(module.ec2[*].address)
}

output "bucket" {
  description = "The bucket of the deployment; it stays when the rest is retired."
  value       = module.store.bucket.name
}

output "slots" {
  description = "Each filled slot: instance_id, public_ip (the address that this slot answers at) and image."
  value       = var.retired ? {} : one(module.ec2[*].slots)
}

output "live_slot" {
  description = "The slot that the elastic IP points at, or null."
  value       = one(module.ec2[*].live_slot)
}
