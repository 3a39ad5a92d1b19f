from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate

from service import __version__
from service.fields import GROUPS
from service.openapi import build_openapi
from tests.service.conftest import Service
from tests.service.helpers import MULTIPART_TYPE, multipart


def test_the_description_is_valid_and_complete(service: Service) -> None:
    document = service.client.simulate_get("/openapi.json").json
    validate(document)
    assert document["info"]["version"] == __version__
    assert document["components"]["parameters"]["Fields"]["schema"]["items"]["enum"] == [*GROUPS]
    text = json.dumps(document)
    assert "#/$defs/" not in text
    assert "filled in" not in text


def check(schema: str, answer: object) -> None:
    components = build_openapi()["components"]
    whole = {"$ref": f"#/components/schemas/{schema}", "components": components}
    Draft202012Validator(whole).validate(answer)


@pytest.mark.parametrize("query", ["", "?fields=image", "?fields=exif,file"])
def test_answers_are_as_described(service: Service, photo: bytes, query: str) -> None:
    check("ImageAnswer", service.client.simulate_post(f"/api/images{query}", body=photo).json)
    body, headers = multipart(photo, b"words"), {"Content-Type": MULTIPART_TYPE}
    several = service.client.simulate_post(f"/api/images{query}", body=body, headers=headers).json
    check("ImageEntry", several[0])
    check("Problem", several[1])
