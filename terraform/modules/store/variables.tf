variable "name" {
  description = "The bucket's name, unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket's name has 3 to 63 of a-z, 0-9 and -, and neither begins nor ends with -."
  }
}

variable "tags" {
  description = "Tags for the bucket; Name is added."
  type        = map(string)
}

variable "kept" {
  description = "Whether the rest of the deployment is gone and the bucket stays for its data; tagged imgmeta:kept."
  type        = bool
  default     = false
}
