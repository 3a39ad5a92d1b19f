# Region and credentials come from the environment (AWS_PROFILE, AWS_REGION).
provider "aws" {}

locals {
  name = "imgmeta-${var.deployment.name}-${var.deployment.id}"

  # Handed down, not the provider's default_tags: those reach a root volume only since 5.39, and
  # 3.x fails where a resource repeats one of them.
  tags = {
    "imgmeta:deployment-id" = var.deployment.id
    "imgmeta:name"          = var.deployment.name
  }
}

module "network" {
  source = "../../modules/network"
  count  = var.retired ? 0 : 1

  name       = local.name
  tags       = local.tags
  enable_nat = var.enable_nat
}

module "store" {
  source = "../../modules/store"

  name = local.name
  tags = local.tags
  kept = var.retired
}

module "ec2" {
  source = "../../modules/ec2"
  count  = var.retired ? 0 : 1

  name      = local.name
  tags      = local.tags
  network   = { vpc_id = module.network[0].vpc_id, subnet_id = module.network[0].public_subnet_ids[0] }
  bucket    = module.store.bucket
  slots     = var.slots
  live_slot = var.live_slot
  machine   = { instance_type = var.instance_type, ami_id = var.ami_id }
  ingress   = { service = var.allow_cidrs, ssh = var.ssh_cidrs }
  access    = var.access
}
