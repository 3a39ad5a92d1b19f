output "vpc_id" {
  description = "The id of the VPC."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Subnets with a route to the internet, one a zone."
  value       = aws_subnet.public[*].id

  # Who starts in a subnet needs its way out from the first second, and the internet gateway
  # cannot go while something in the VPC has a public address.
  depends_on = [aws_route.internet, aws_route_table_association.public]
}

output "private_subnet_ids" {
  description = "Subnets without a public address, one a zone; the way out is the NAT gateway, if there is one."
  value       = aws_subnet.private[*].id

  depends_on = [aws_route.nat, aws_route_table_association.private]
}
