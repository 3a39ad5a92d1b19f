# S3 encrypts every object with SSE-S3 by itself since January 2023, so nothing here asks for it:
# the argument was split out of the bucket in provider 4.0. Provider 3 takes what S3 does by itself
# for a change that someone made, and would plan for ever to remove it.
resource "aws_s3_bucket" "this" {
  bucket = var.name

  tags = merge(var.tags, { Name = var.name }, var.kept ? { "imgmeta:kept" = "true" } : {})

  # What people have posted goes after 90 days; documents stay. Written here, as providers 3, 5 and 6
  # take it: the resource for it came with 4.0, and 4.0 to 4.8 knew that alone.
  lifecycle_rule {
    id      = "requests"
    enabled = true
    prefix  = "service/requests/"

    expiration {
      days = 90
    }
  }

  lifecycle_rule {
    id      = "results"
    enabled = true
    prefix  = "service/results/"

    expiration {
      days = 90
    }
  }

  lifecycle {
    ignore_changes = [server_side_encryption_configuration]
  }
}

# S3 refuses two changes of one bucket's settings at a time, so they stand in a row.
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerPreferred"
  }

  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_policy" "tls_only" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_ownership_controls.this]
}
