variable "name" {
  description = "Begins the Name tag of everything here, such as imgmeta-photos-1f2e3d4c."
  type        = string
}

variable "tags" {
  description = "Tags for everything here; Name is added."
  type        = map(string)
}

variable "cidr" {
  description = "The VPC's IPv4 block. Public subnets are its first /24 blocks, private ones begin at the hundredth."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.cidr)) && can(cidrsubnet(var.cidr, 8, 101))
    error_message = "The VPC's block must be an IPv4 CIDR block of at most /20, such as 10.0.0.0/16."
  }
}

variable "enable_nat" {
  description = "Whether the private subnets reach the internet through a NAT gateway, which costs money by the hour."
  type        = bool
  default     = true
}
