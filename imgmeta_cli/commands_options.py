"""The options that several commands have, as Typer reads them."""

from __future__ import annotations

from typing import Annotated

import typer

Profile = Annotated[str | None, typer.Option(help="AWS profile; default: AWS_PROFILE.")]
Region = Annotated[str | None, typer.Option(help="AWS region; default: the profile's.")]
Name = Annotated[str | None, typer.Option(help="Name of the deployment; default: imgmeta.")]
Repo = Annotated[
    str | None, typer.Option(help="Image repository; default: YOU/imgmeta on DockerHub.")
]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Use the embedded AWS.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to what is shown.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the steps; change nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AllowCidr = Annotated[
    list[str] | None, typer.Option(help="Who may use the service; default: 0.0.0.0/0.")
]
SshCidr = Annotated[list[str] | None, typer.Option(help="Who may use ssh; default: nobody.")]
InstanceType = Annotated[str | None, typer.Option(help="EC2 type; default: t3.micro.")]
AmiId = Annotated[str | None, typer.Option(help="AMI; default: the latest Debian 12.")]
Nat = Annotated[
    bool | None, typer.Option("--nat/--no-nat", help="Build the NAT gateway; default: yes.")
]
