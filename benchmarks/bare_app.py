"""The shortest Streamlit page that answers a slider with a fitted mixture: a peer for our pages."""

import plotly.graph_objects as go
import streamlit as st
from sklearn.mixture import GaussianMixture

from gmm_engine.data.examples import EXAMPLES
from gmm_engine.figures import scatter

data = EXAMPLES["Geyser"].load()
X = data.matrix()
k = st.slider("Components", 1, 12, 1)
model = GaussianMixture(k, random_state=0).fit(X)
fig: go.Figure = scatter.points(
    X, data.numeric, responsibilities=model.predict_proba(X),
    means=model.means_, covariances=model.covariances_,
)  # fmt: skip
st.plotly_chart(fig, key="clusters")
