"""GET /openapi.json is a valid OpenAPI 3.1 document and tells the truth about the server.

Usage: openapi_test.py MLOPS REGISTRY
"""

import json
import pathlib
import re

import jsonschema
import requests

from serving import Checks, Serving, arguments

HERE = pathlib.Path(__file__).parent
METHODS = ("get", "put", "post", "delete", "patch")


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def schemas_in(value):
    """Every schema object of the document: what stands under "schema" or in the components."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "schema":
                yield inner
            elif key == "schemas":
                yield from inner.values()
            else:
                yield from schemas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


def references_in(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references_in(inner)


def check_form(document, checks):
    meta = json.loads((HERE / "openapi_schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(meta)
    for error in jsonschema.Draft202012Validator(meta).iter_errors(document):
        checks.check(False, f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    for schema in schemas_in(document):
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
            checks.check(True, "a schema")
        except jsonschema.SchemaError as error:
            checks.check(False, f"not a JSON Schema: {error.message[:200]}")
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    for reference in set(references_in(document)):
        checks.check(reference in known, f"{reference} leads nowhere")


def check_operations(document, checks):
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    checks.check(len(ids) == len(set(ids)), "operation ids are unique")
    tags = {tag["name"] for tag in document["tags"]}
    for path, method, operation in operations(document):
        declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        checks.check(declared == set(re.findall(r"{(\w+)}", path)), f"{method} {path}: parameters")
        checks.check(set(operation["tags"]) <= tags, f"{method} {path}: tags")


def validator(document, schema):
    resolver = jsonschema.RefResolver.from_schema(document)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def check_requests(document, session, url, checks):
    """The examples of every model fit its schema, are answered, and the answers fit theirs."""
    paths = [p for p in document["paths"] if re.fullmatch(r"/v1/models/[^{}]+/predict", p)]
    checks.check(len(paths) == 3, "a path a model")
    for path in paths:
        operation = document["paths"][path]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        for example in schema["examples"]:
            for error in validator(document, schema).iter_errors(example):
                checks.check(False, f"{path}: the example does not fit: {error.message[:200]}")
            answer = session.post(url + path, json={**example, "explain": True})
            checks.check(answer.status_code == 200, f"{path}: the example is answered")
            checks.check("warnings" not in answer.text, f"{path}: {answer.text[:300]}")
            answered = operation["responses"]["200"]["content"]["application/json"]["schema"]
            for error in validator(document, answered).iter_errors(answer.json()):
                checks.check(False, f"{path}: the answer does not fit: {error.message[:200]}")
        refused = session.post(url + path, json={"instances": 3})
        problem = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
        for error in validator(document, problem).iter_errors(refused.json()):
            checks.check(False, f"{path}: the refusal does not fit: {error.message[:200]}")


def check_routes(document, session, url, checks):
    """What answers a GET is what is documented: 200 and the media type, nothing that is not there."""
    listed = session.get(url + "/v1").json()["routes"]
    for route in listed:
        item = document["paths"].get(route["path"], {})
        checks.check(route["method"].lower() in item, f"{route['path']} is documented")
    for path, method, operation in operations(document):
        if method != "get" or path == "/v1/events":
            continue
        concrete = path.replace("{version}", "1").replace("{file}", "app.js")
        concrete = re.sub(r"{\w+}", "churn", concrete)
        answer = session.get(url + concrete)
        media = answer.headers["Content-Type"].split(";")[0]
        if answer.status_code == 200:
            documented = operation["responses"]["200"]["content"]
            checks.check(media in documented, f"{path}: {media} is documented")
        else:
            checks.check(False, f"{path}: answers {answer.status_code}")


def main():
    checks = Checks()
    with Serving(*arguments()) as serving, requests.Session() as session:
        answer = session.get(serving.url + "/openapi.json")
        document = answer.json()
        again = session.get(
            serving.url + "/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}
        )
        checks.check(again.status_code == 304, "the ETag is honoured")
        check_form(document, checks)
        check_operations(document, checks)
        check_requests(document, session, serving.url, checks)
        check_routes(document, session, serving.url, checks)
    return checks.status()


if __name__ == "__main__":
    raise SystemExit(main())
