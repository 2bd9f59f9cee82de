"""An environment of samconfig.toml: which stack, where, with which parameters."""

import hashlib
import pathlib
import subprocess
import sys
import tomllib

#: What the local stack reads; SAM never deploys it.
LOCAL = "local"


class Environment:
    """One section `[NAME.deploy.parameters]`."""

    def __init__(self, root: pathlib.Path, name: str):
        sections = tomllib.loads((root / "samconfig.toml").read_text())
        deployed = [key for key, section in sections.items() if isinstance(section, dict) and "deploy" in section]
        known = [key for key in deployed if not key.startswith(LOCAL)]
        if name not in known:
            sys.exit(f"error: samconfig.toml has no environment {name!r}; it has {' and '.join(known)}")
        parameters = sections[name]["deploy"]["parameters"]
        self.root, self.name = root, name
        self.stack: str = parameters["stack_name"]
        self.region: str = parameters["region"]
        self.overrides = dict(override.split("=", 1) for override in parameters["parameter_overrides"])

    def keys(self) -> list[str]:
        """The SSM parameters that must be there before the stack is."""
        return sorted(value for name, value in self.overrides.items() if name.endswith("Parameter"))

    def release(self, keys: dict[str, int]) -> str:
        """Names the code, the template, the parameters and the versions of the keys: what a version of a function is made of. Functions
        read most keys as they start, and CloudFormation writes the origin secrets themselves into them."""
        git = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
        commit = subprocess.run(git, cwd=self.root, capture_output=True, text=True, check=False).stdout.strip()
        template = (self.root / "cloudformation.yaml").read_text()
        named = [f"{name}={value}" for name, value in sorted((self.overrides | keys).items())]
        written = hashlib.sha256("\n".join([template, *named]).encode()).hexdigest()[:12]
        return f"{commit or 'unknown'} {written}\n"
