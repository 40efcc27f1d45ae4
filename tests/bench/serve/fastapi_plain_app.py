"""The same model behind FastAPI as people write it first: the scikit-learn interface on a pandas
DataFrame, with the libraries' default threads. Logs nothing, watches nothing."""

import os
from typing import List

import pandas
import xgboost
from fastapi import FastAPI
from pydantic import create_model

FEATURES = [f"feature_{i:02}" for i in range(20)]
Row = create_model("Row", **{name: (float, ...) for name in FEATURES})
Request = create_model("Request", instances=(List[Row], ...))

classifier = xgboost.XGBClassifier()
classifier.load_model(os.environ["BENCH_MODEL"])
app = FastAPI()


@app.post("/predict")
def predict(request: Request):
    rows = pandas.DataFrame([row.dict() for row in request.instances], columns=FEATURES)
    probabilities = classifier.predict_proba(rows)[:, 1]
    return {"predictions": [{"probability": float(p)} for p in probabilities]}
