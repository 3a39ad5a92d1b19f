data "aws_region" "current" {}

data "aws_ami" "debian" {
  count = var.machine.ami_id == null && length(var.slots) > 0 ? 1 : 0

  owners      = ["136693071363"] # Debian, https://wiki.debian.org/Cloud/AmazonEC2Image
  most_recent = true

  filter {
    name   = "name"
    values = ["debian-12-amd64-*"]
  }

  filter {
    name   = "architecture"
    values = ["x86_64"]
  }

  filter {
    name   = "virtualization-type"
    values = ["hvm"]
  }
}

locals {
  ami_id = one(concat(compact([var.machine.ami_id]), data.aws_ami.debian[*].id))

  # An instance is known by its slot and image, and is never turned into another: a new image in a
  # slot is a new instance. (With replace_triggered_by, an apply that fails between trigger and
  # replacement leaves the old instance and a plan that says "no changes".)
  instances = {
    for slot, image in var.slots : "${slot}@${substr(split("@sha256:", image)[1], 0, 12)}" => {
      slot   = slot
      image  = image
      digest = split("@", image)[1]
    }
  }
  instance_of = { for key, instance in local.instances : instance.slot => key }

  # JSON is YAML, so cloud-init reads it; unlike a template it needs no escapes and no indents.
  user_data = {
    for key, instance in local.instances : key => join("\n", ["#cloud-config", jsonencode({
      write_files = [
        {
          path    = "/etc/imgmeta/image"
          content = "${instance.image}\n"
        },
        {
          path = "/etc/imgmeta/container.env"
          content = join("", [
            "IMGMETA_STORE_URL=s3://${var.bucket.name}/service\n",
            "IMGMETA_IMAGE_DIGEST=${instance.digest}\n",
            "AWS_REGION=${data.aws_region.current.id}\n",
            "AWS_DEFAULT_REGION=${data.aws_region.current.id}\n",
            var.access.admin_token_sha256 == null ? "" : "IMGMETA_ADMIN_TOKEN_SHA256=${var.access.admin_token_sha256}\n",
          ])
        },
        {
          path        = "/usr/local/bin/imgmeta-admin"
          permissions = "0755"
          content     = file("${path.module}/admin.sh")
        },
        {
          path        = "/var/lib/cloud/scripts/per-boot/imgmeta"
          permissions = "0755"
          content     = file("${path.module}/boot.sh")
        },
      ]
    })])
  }
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-" # should it ever be replaced, the new one comes first
  description = "imgmeta: the service, ssh if asked for, all outgoing"
  vpc_id      = var.network.vpc_id

  tags = merge(var.tags, { Name = var.name })
}

# One rule a block: a changed list then closes and opens only what has changed.
resource "aws_security_group_rule" "service" {
  for_each = toset(var.ingress.service)

  security_group_id = aws_security_group.this.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 8888
  to_port           = 8888
  cidr_blocks       = [each.value]
}

resource "aws_security_group_rule" "ssh" {
  for_each = toset(var.ingress.ssh)

  security_group_id = aws_security_group.this.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = [each.value]
}

resource "aws_security_group_rule" "egress" {
  security_group_id = aws_security_group.this.id
  type              = "egress"
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_iam_role" "this" {
  name = var.name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_iam_role_policy" "bucket" {
  name = "bucket"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${var.bucket.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = var.bucket.arn
      },
    ]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = aws_iam_role.this.name

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_key_pair" "this" {
  key_name   = var.name
  public_key = var.access.public_key

  tags = merge(var.tags, { Name = var.name })

  # A key pair cannot be changed, only replaced; and as a slot in use depends on it, the new one
  # would have to come first, under a name that is taken.
  lifecycle {
    ignore_changes = [public_key]
  }
}

resource "aws_instance" "slot" {
  for_each = local.instances

  ami                    = local.ami_id
  instance_type          = var.machine.instance_type
  subnet_id              = var.network.subnet_id
  vpc_security_group_ids = [aws_security_group.this.id]
  iam_instance_profile   = aws_iam_instance_profile.this.name
  key_name               = aws_key_pair.this.key_name
  user_data              = local.user_data[each.key]

  # The container is one hop further from the metadata service than the instance.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }

  root_block_device {
    volume_type           = "gp3"
    volume_size           = 10
    encrypted             = true
    delete_on_termination = true

    tags = merge(var.tags, { Name = "${var.name}-${each.value.slot}" })
  }

  tags = merge(var.tags, { Name = "${var.name}-${each.value.slot}", "imgmeta:slot" = each.value.slot })

  # Whatever would replace, stop or reshape a slot in use waits for the next slot to be filled.
  lifecycle {
    ignore_changes = [
      ami, instance_type, key_name, root_block_device, subnet_id, user_data,
    ]
  }

  # At boot the way out is open and the role may already use the bucket; when it goes, it goes first.
  depends_on = [aws_security_group_rule.egress, aws_iam_role_policy.bucket]
}

resource "aws_eip" "this" {
  tags = merge(var.tags, { Name = var.name })
}

# The address moves in one call: the new association takes it over (allow_reassociation), and AWS
# then no longer knows the old one, which the provider counts as deleted (InvalidAssociationID.NotFound).
resource "aws_eip_association" "live" {
  count = var.live_slot == null ? 0 : 1

  allocation_id       = aws_eip.this.id
  instance_id         = aws_instance.slot[local.instance_of[var.live_slot]].id
  allow_reassociation = true

  lifecycle {
    create_before_destroy = true
  }
}
