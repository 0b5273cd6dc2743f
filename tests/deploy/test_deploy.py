"""What goes on servers: the image's recipe, profiles, the Space, lists of parts and licences."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error

import pytest

from deploy import healthy, licences, space
from pages._ui import settings
from tests.data_dir import ROOT

DEPLOY = ROOT / "deploy"
COPYLEFT = re.compile(r"(?<!L)GPL")


def test_every_locked_package_has_a_licence():
    found = {part.name: part for part in licences.parts()}
    assert {"numpy", "streamlit", "numba", "plotly"} <= set(found)
    assert [name for name, part in found.items() if "own file" in part.licence] == []
    assert [name for name, part in found.items() if COPYLEFT.search(part.licence)] == []


def test_the_bill_of_materials_is_written_and_repeats(tmp_path):
    target = tmp_path / "sbom.json"
    command = [sys.executable, "-m", "deploy.licences", "--sbom", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    bill = json.loads(target.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    references = [row["bom-ref"] for row in bill["components"]]
    assert len(references) == len(set(references))
    assert bill["dependencies"][0]["dependsOn"] == references
    assert any(row["name"] == "FFmpeg" for row in bill["components"])
    assert all(row["licenses"] for row in bill["components"])
    assert licences.bill([*licences.parts(), *licences.INSIDE])["serialNumber"] == bill["serialNumber"]


def _profile(name):
    rows = (DEPLOY / f"{name}.env").read_text().splitlines()
    return dict(row.split("=", 1) for row in rows if row and not row.startswith("#"))


@pytest.mark.parametrize("name", ["local", "hosted"])
def test_a_profile_sets_what_exists(name):
    from streamlit import config

    profile = _profile(name)
    own = {key: value for key, value in profile.items() if key.startswith("GMM_")}
    known = {f"GMM_{field.upper()}" for field in settings.Settings.__dataclass_fields__}
    assert set(own) <= known | {"GMM_PROFILE"}
    assert settings.load(own) != settings.Settings()
    names = {option.env_var for option in config.get_config_options().values()}
    assert set(profile) - set(own) <= names


def test_one_upload_fits_what_both_limits_allow():
    for name in ("local", "hosted"):
        profile = _profile(name)
        own = settings.load({key: value for key, value in profile.items() if key.startswith("GMM_")})
        assert own.upload_megabytes == float(profile["STREAMLIT_SERVER_MAX_UPLOAD_SIZE"])


def test_a_replica_needs_no_more_memory_than_it_is_given():
    profile = _profile("hosted")
    given = re.search(r"mem_limit: (\d+)g", (DEPLOY / "compose.yaml").read_text())
    needed = settings.load(profile).memory_megabytes() + 100  # kernels and small files lie in memory too
    assert needed <= 1000 * int(given.group(1))


def test_the_image_is_pinned_unprivileged_and_checked():
    text = (DEPLOY / "Dockerfile").read_text()
    images = re.findall(r"^ARG PYTHON=(\S+)", text, re.M)
    assert all(re.search(r":\d+\.\d+\.\d+-slim", image) for image in images)
    assert len(images) == 1
    assert re.search(r"^USER 1000", text, re.M)
    assert "HEALTHCHECK" in text
    assert "compile_kernels" in text
    compose = (DEPLOY / "compose.yaml").read_text()
    assert all(not row.endswith(":latest") and ":" in row for row in re.findall(r"image: (\S+:\S+)", compose))
    assert "read_only: true" in compose


def test_the_image_gets_what_the_app_needs():
    allowed = [
        row[1:] for row in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if row[:1] == "!"
    ]
    assert [row for row in allowed if not (ROOT / row).exists()] == []
    needed = {"app.py", "pages", "gmm_engine", "requirements.txt", "packages.txt", ".streamlit/config.toml"}
    assert needed <= set(allowed)


def test_only_a_space_does_without_the_token(tmp_path):
    space.lay_out(tmp_path)
    assert (tmp_path / "README.md").read_text().startswith("---\n")
    assert "sdk: docker" in (tmp_path / "README.md").read_text()
    assert "XSRF_PROTECTION=false" in (tmp_path / "Dockerfile").read_text()
    assert (tmp_path / "pages" / "home.py").exists()
    everywhere = [DEPLOY / "Dockerfile", DEPLOY / "compose.yaml", DEPLOY / "hosted.env"]
    everywhere.append(ROOT / ".streamlit" / "config.toml")
    assert all("XSRF_PROTECTION=false" not in path.read_text() for path in everywhere)
    assert "enableXsrfProtection = false" not in everywhere[-1].read_text()


def test_a_port_without_an_app_is_not_healthy(monkeypatch):
    def gone(*_, **__):
        raise urllib.error.URLError("refused")

    monkeypatch.setattr(healthy.urllib.request, "urlopen", gone)
    assert healthy.healthy(1) is False
