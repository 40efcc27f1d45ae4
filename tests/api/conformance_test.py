"""The dialects as other programs speak them: a client of the Open Inference Protocol and one of
MLflow's scoring protocol, over sockets, against models that were really trained.

Usage: conformance_test.py MLOPS REGISTRY
"""

import gzip
import json

import requests

from serving import Checks, Serving, arguments


def column_tensors(rows, metadata):
    """Rows as one tensor a column, with the datatypes the model's metadata asks for."""
    tensors = []
    for tensor in metadata["inputs"]:
        values = [row.get(tensor["name"]) for row in rows]
        if tensor["datatype"] == "BOOL":
            values = [None if v is None else v in ("yes", "true", True) for v in values]
        tensors.append(
            {
                "name": tensor["name"],
                "shape": [len(rows)],
                "datatype": tensor["datatype"],
                "data": values,
            }
        )
    return tensors


def outputs_by_name(answer):
    return {output["name"]: output for output in answer["outputs"]}


def example_rows(session, url, name):
    document = session.get(f"{url}/openapi.json").json()
    return document["components"]["schemas"][f"{name}.Row"]["examples"]


class InferenceClient:
    """What the protocol asks of a client: probes, metadata, then inference."""

    def __init__(self, session, url, checks):
        self.session, self.url, self.checks = session, url, checks

    def probes(self):
        for path, member in (("/v2/health/live", "live"), ("/v2/health/ready", "ready")):
            answer = self.session.get(self.url + path)
            self.checks.check(answer.status_code == 200 and answer.json()[member], path)
        self.checks.check(self.session.get(self.url + "/v2").json()["name"] == "mlops", "/v2")

    def model(self, name):
        base = f"{self.url}/v2/models/{name}"
        metadata = self.session.get(base).json()
        self.checks.check(metadata["name"] == name, f"{name}: metadata")
        self.checks.check(self.session.get(base + "/ready").status_code == 200, f"{name}: ready")
        rows = example_rows(self.session, self.url, name) * 3
        wanted = self.session.post(
            f"{self.url}/v1/models/{name}/predict", json={"instances": rows}
        ).json()["predictions"]
        request = {"id": "request-7", "inputs": column_tensors(rows, metadata)}
        for path in ("/infer", f"/versions/{metadata['versions'][-1]}/infer"):
            answer = self.session.post(base + path, json=request)
            self.checks.check(answer.status_code == 200, f"{name}{path}: {answer.text[:300]}")
            body = answer.json()
            self.checks.check(body["id"] == "request-7", f"{name}{path}: the id comes back")
            self.checks.check(body["model_name"] == name, f"{name}{path}: the model's name")
            got = outputs_by_name(body)
            self.checks.check(
                got["prediction"]["data"] == [p["prediction"] for p in wanted],
                f"{name}{path}: the answers of /v1",
            )
            for output in body["outputs"]:
                n = 1
                for size in output["shape"]:
                    n *= size
                self.checks.check(len(output["data"]) == n, f"{name}: {output['name']}'s shape")
            feedback = [{"id": i, "actual": p["prediction"]} for i, p in zip(got["id"]["data"], wanted)]
            told = self.session.post(
                f"{self.url}/v1/models/{name}/feedback", json={"feedback": feedback}
            ).json()
            self.checks.check(told["accepted"] == len(rows), f"{name}{path}: ids take feedback")

    def refusals(self):
        tensor = {"name": "tenure_months", "shape": [1], "datatype": "FP64", "data": [3]}
        table = [
            ("not JSON", b"{", 400),
            ("no inputs", {}, 400),
            ("wrong count", {"inputs": [{**tensor, "shape": [2]}]}, 400),
            ("wrong datatype", {"inputs": [{**tensor, "datatype": "FP65"}]}, 400),
            ("text as number", {"inputs": [{**tensor, "data": ["x"]}]}, 422),
            ("no such output", {"inputs": [tensor], "outputs": [{"name": "x"}]}, 400),
        ]
        for name, body, status in table:
            data = body if isinstance(body, bytes) else json.dumps(body)
            answer = self.session.post(f"{self.url}/v2/models/churn/infer", data=data)
            self.checks.check(answer.status_code == status, f"{name}: {answer.status_code}")
            self.checks.check(isinstance(answer.json()["error"], str), f"{name}: error member")
        for path in ("/v2/models/none", "/v2/models/none/ready", "/v2/models/churn/versions/99"):
            self.checks.check(self.session.get(self.url + path).status_code == 404, path)


class InvocationsClient:
    """What MLflow's own clients and SageMaker's send."""

    def __init__(self, session, url, checks):
        self.session, self.url, self.checks = session, url, checks

    def post(self, name, body, **headers):
        headers.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self.session.post(
            f"{self.url}/invocations", params={"model": name}, data=data, headers=headers
        )

    def model(self, name):
        row = example_rows(self.session, self.url, name)[0]
        columns, values = list(row), list(row.values())
        wanted = self.session.post(f"{self.url}/v1/models/{name}/predict", json=row).json()
        wanted = wanted["predictions"][0]["prediction"]
        csv = ",".join(columns) + "\n"
        csv += ",".join("" if v is None else f'"{v}"' if isinstance(v, str) else str(v) for v in values)
        shapes = [
            ("split", {"dataframe_split": {"columns": columns, "data": [values]}}, {}),
            ("records", {"dataframe_records": [row]}, {}),
            ("instances", {"instances": [row]}, {}),
            ("instances as arrays", {"instances": [values]}, {}),
            ("inputs", {"inputs": {k: [v] for k, v in row.items()}}, {}),
            ("csv", csv + "\n", {"Content-Type": "text/csv"}),
            (
                "gzip",
                gzip.compress(json.dumps({"dataframe_records": [row]}).encode()),
                {"Content-Encoding": "gzip"},
            ),
        ]
        for shape, body, headers in shapes:
            answer = self.post(name, body, **headers)
            self.checks.check(answer.status_code == 200, f"{name}, {shape}: {answer.text[:300]}")
            self.checks.check(
                answer.json().get("predictions") == [wanted], f"{name}, {shape}: the answer of /v1"
            )

    def refusals(self):
        table = [
            ("not JSON", b"{", 400, {}),
            ("no rows", {}, 400, {}),
            ("two shapes", {"inputs": [], "instances": []}, 400, {}),
            ("broken CSV", 'a,b\n"1', 400, {"Content-Type": "text/csv"}),
            ("XML", "<a/>", 415, {"Content-Type": "application/xml"}),
            ("brotli", "x", 415, {"Content-Encoding": "br"}),
        ]
        for name, body, status, headers in table:
            answer = self.post("churn", body, **headers)
            self.checks.check(answer.status_code == status, f"{name}: {answer.status_code}")
            self.checks.check({"error_code", "message"} <= answer.json().keys(), f"{name}: members")
        self.checks.check(self.post("none", {}).status_code == 404, "no such model")
        which = self.session.post(f"{self.url}/invocations", json={"inputs": []})
        self.checks.check(which.status_code == 400 and "churn" in which.text, "which model")
        for path in ("/ping", "/version"):
            self.checks.check(self.session.get(self.url + path).status_code == 200, path)


def main():
    checks = Checks()
    with Serving(*arguments()) as serving, requests.Session() as session:
        inference = InferenceClient(session, serving.url, checks)
        invocations = InvocationsClient(session, serving.url, checks)
        inference.probes()
        for name in ("churn", "prices", "species"):
            inference.model(name)
            invocations.model(name)
        inference.refusals()
        invocations.refusals()
    return checks.status()


if __name__ == "__main__":
    raise SystemExit(main())
