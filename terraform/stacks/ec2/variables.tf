variable "deployment" {
  description = "The deployment's random id and the name people chose; both are tags on everything."
  type        = object({ id = string, name = string })

  validation {
    condition     = can(regex("^[a-z0-9]{4,20}$", var.deployment.id))
    error_message = "The deployment's id must have 4 to 20 of a-z and 0-9."
  }

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,19}$", var.deployment.name)) && length(var.deployment.name) <= 20
    error_message = "The deployment's name must be a lower-case letter and then up to 19 of a-z, 0-9 and single -."
  }
}

variable "slots" {
  description = "Slot (blue, green) to image (REPOSITORY@sha256:…): which slots are filled, and with what."
  type        = map(string)
  default     = {}
}

variable "live_slot" {
  description = "The filled slot that the elastic IP points at; null while none has proved itself."
  type        = string
  default     = null

  validation {
    condition     = var.live_slot == null ? true : contains(keys(var.slots), var.live_slot)
    error_message = "live_slot must be one of the filled slots."
  }
}

variable "instance_type" {
  description = "Type of the next instance; running ones keep theirs."
  type        = string
  default     = "t3.micro"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type))
    error_message = "The instance type must look like t3.micro."
  }
}

variable "ami_id" {
  description = "AMI of the next instance: Debian with cloud-init, amd64. Null: the latest Debian 12."
  type        = string
  default     = null

  validation {
    condition     = var.ami_id == null ? true : can(regex("^ami-[0-9a-f]{8,17}$", var.ami_id))
    error_message = "The AMI must look like ami-0123456789abcdef0."
  }
}

variable "allow_cidrs" {
  description = "IPv4 blocks that may reach the service on port 8888."
  type        = list(string)

  validation {
    condition = length(var.allow_cidrs) > 0 && alltrue([
      for cidr in var.allow_cidrs : can(cidrnetmask(cidr)) && try(cidrhost(cidr, 0) == split("/", cidr)[0], false)
    ])
    error_message = "allow_cidrs must be one or more IPv4 blocks without host bits, such as 203.0.113.7/32."
  }
}

variable "ssh_cidrs" {
  description = "IPv4 blocks that may reach ssh on port 22; none: the port is closed."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for cidr in var.ssh_cidrs : can(cidrnetmask(cidr)) && try(cidrhost(cidr, 0) == split("/", cidr)[0], false)
    ])
    error_message = "ssh_cidrs must be IPv4 blocks without host bits, such as 203.0.113.7/32."
  }
}

variable "access" {
  description = "Who is let in: public_key (OpenSSH) with ssh, and who knows the token of admin_token_sha256 (hexadecimal; null: nobody) to the lists. The secrets stay with their owner."
  type        = object({ public_key = string, admin_token_sha256 = optional(string) })

  validation {
    condition     = can(regex("^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( [^\\n]*)?\\n?$", var.access.public_key))
    error_message = "The public key must be one line that begins with ssh-ed25519 or ssh-rsa."
  }

  validation {
    condition     = var.access.admin_token_sha256 == null ? true : can(regex("^[0-9a-f]{64}$", var.access.admin_token_sha256))
    error_message = "admin_token_sha256 must be 64 hexadecimal digits: the token's SHA-256, never the token."
  }
}

variable "enable_nat" {
  description = "Whether the private subnets get a NAT gateway; the slots do not use it."
  type        = bool
  default     = true
}

variable "retired" {
  description = "Whether everything but the bucket goes; the bucket is then tagged imgmeta:kept."
  type        = bool
  default     = false
}
