"""The same model behind Flask. Validates nothing, logs nothing, watches nothing."""

import os

import numpy
import xgboost
from flask import Flask, jsonify, request

FEATURES = [f"feature_{i:02}" for i in range(20)]

booster = xgboost.Booster(params={"nthread": 1})
booster.load_model(os.environ["BENCH_MODEL"])
app = Flask(__name__)


@app.route("/predict", methods=["POST"])
def predict():
    instances = request.get_json()["instances"]
    rows = numpy.array([[row[name] for name in FEATURES] for row in instances])
    probabilities = booster.inplace_predict(rows)
    return jsonify({"predictions": [{"probability": float(p)} for p in probabilities]})
