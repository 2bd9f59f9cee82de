"""What is deployed: of each function a zip, the list of what is in it, and a line of SHA256SUMS.

package.py --binaries FOLDER --reader AUDITABLE2CDX --out FOLDER
"""

import argparse
import hashlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import zipfile

#: The first moment that a zip can name: a package is the same whenever it is built.
EPOCH = (1980, 1, 1, 0, 0, 0)
#: A file that anybody may run (stat.S_IFREG | 0755).
RUNNABLE = 0o100755


def packed(binary: bytes) -> bytes:
    """A zip with the one file that Lambda starts."""
    entry = zipfile.ZipInfo("bootstrap", EPOCH)
    entry.create_system = 3  # Unix, whatever packs
    entry.external_attr = RUNNABLE << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(entry, binary, compresslevel=9)
    return whole.getvalue()


def bill_of_materials(reader: pathlib.Path, binary: pathlib.Path) -> bytes:
    """CycloneDX of what the binary itself says it was built from, without what is another each time."""
    read = subprocess.run([reader, binary], capture_output=True, check=False)
    if read.returncode != 0:
        sys.exit(f"error: {binary} does not tell what it was built from: {read.stderr.decode().strip()}")
    bill = json.loads(read.stdout)
    bill.pop("serialNumber", None)
    bill.get("metadata", {}).pop("timestamp", None)
    if len(bill.get("components", [])) < 10:
        sys.exit(f"error: {binary} names only {len(bill.get('components', []))} crates; it cannot have been built from those alone")
    return (json.dumps(bill, indent=1, sort_keys=True) + "\n").encode()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binaries", type=pathlib.Path, required=True)
    parser.add_argument("--reader", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    asked = parser.parse_args()
    shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True)

    print(f"{'function':12} {'zip kB':>8} {'binary kB':>10} {'crates':>7}  sha256 of the zip")
    sums = {}
    for binary in sorted(asked.binaries.glob("*/bootstrap")):
        name, content = binary.parent.name, binary.read_bytes()
        bill = bill_of_materials(asked.reader, binary)
        files = {f"{name}.zip": packed(content), f"{name}.cdx.json": bill}
        for file, written in files.items():
            (asked.out / file).write_bytes(written)
            sums[file] = hashlib.sha256(written).hexdigest()
        crates = len(json.loads(bill)["components"])
        size = len(files[f"{name}.zip"])
        print(f"{name:12} {size / 1000:8,.0f} {len(content) / 1000:10,.0f} {crates:7}  {sums[f'{name}.zip']}")
    if not sums:
        sys.exit(f"error: there is no function in {asked.binaries}")
    (asked.out / "SHA256SUMS").write_text("".join(f"{digest}  {file}\n" for file, digest in sorted(sums.items())))
    print(f"all in {asked.out}; `sha256sum --check SHA256SUMS` there compares")


if __name__ == "__main__":
    main()
