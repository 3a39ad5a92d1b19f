variable "name" {
  description = "Names the key pair and the role, and begins the security group's name and every Name tag."
  type        = string
}

variable "tags" {
  description = "Tags for everything here, root volumes too; Name is added."
  type        = map(string)
}

variable "network" {
  description = "The VPC, and a public subnet of it that the slots live in."
  type        = object({ vpc_id = string, subnet_id = string })
}

variable "bucket" {
  description = "The bucket that the role may use."
  type        = object({ name = string, arn = string })
}

variable "slots" {
  description = "Slot name to image: which slots are filled, and with what."
  type        = map(string)

  validation {
    condition     = alltrue([for slot in keys(var.slots) : contains(["blue", "green"], slot)])
    error_message = "The slots are blue and green."
  }

  validation {
    condition     = alltrue([for image in values(var.slots) : can(regex("^[^@[:space:]]+@sha256:[0-9a-f]{64}$", image))])
    error_message = "A slot's image is REPOSITORY@sha256: and 64 hexadecimal digits."
  }
}

variable "live_slot" {
  description = "The slot that the elastic IP points at; null while none has proved itself."
  type        = string
  default     = null

  validation {
    condition     = var.live_slot == null ? true : contains(keys(var.slots), var.live_slot)
    error_message = "The live slot must be one of the filled slots."
  }
}

variable "machine" {
  description = "Instance type and AMI for the next slot to be filled; ami_id null: the latest Debian 12."
  type        = object({ instance_type = string, ami_id = string })
}

variable "ingress" {
  description = "IPv4 CIDR blocks that may reach the service on 8888 and ssh on 22; none: that port is closed."
  type        = object({ service = list(string), ssh = list(string) })
}

variable "access" {
  description = "The public half of the key pair, as OpenSSH writes it; the admin token's SHA-256 for the next slot to be filled, or null."
  type        = object({ public_key = string, admin_token_sha256 = string })
}
