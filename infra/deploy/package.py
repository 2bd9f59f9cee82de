"""What is deployed: of each function a zip, the list of what is in it, and a line of SHA256SUMS.

package.py --binaries FOLDER --reader AUDITABLE2CDX --out FOLDER
"""

import argparse
import concurrent.futures
import hashlib
import io
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib

import zopfli.zlib

NAME = b"bootstrap"
#: The first moment that a zip can name, 1 January 1980: a package is the same whenever it is built.
TIME, DATE = 0, 1 << 5 | 1
#: A file that anybody may run (stat.S_IFREG | 0755).
RUNNABLE = 0o100755
#: Version 2.0 of the format, as written on Unix; deflated. APPNOTE.TXT, 4.4.
VERSION, UNIX, DEFLATED = 20, 3 << 8, 8


def packed(binary: bytes) -> bytes:
    """A zip with the one file that Lambda starts: written here, for `zipfile` knows no compressor but its own."""
    # zlib's format is two bytes, what deflate says, and four bytes (RFC 1950, section 2.2).
    deflated = zopfli.zlib.compress(binary, numiterations=5)[2:-4]
    told = struct.pack("<4H3I2H", 0, DEFLATED, TIME, DATE, zlib.crc32(binary), len(deflated), len(binary), len(NAME), 0)
    local = b"PK\3\4" + struct.pack("<H", VERSION) + told + NAME + deflated
    kind = struct.pack("<3H2I", 0, 0, 0, RUNNABLE << 16, 0)
    central = b"PK\1\2" + struct.pack("<2H", UNIX | VERSION, VERSION) + told + kind + NAME
    whole = local + central + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(local), 0)
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        if read.namelist() != [NAME.decode()] or read.read(NAME.decode()) != binary:
            sys.exit("error: what was packed cannot be read again")
    return whole


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
    binaries = sorted(asked.binaries.glob("*/bootstrap"))
    contents = [binary.read_bytes() for binary in binaries]
    with concurrent.futures.ProcessPoolExecutor() as pool:
        packages = pool.map(packed, contents)
    for binary, content, package in zip(binaries, contents, packages, strict=True):
        name = binary.parent.name
        bill = bill_of_materials(asked.reader, binary)
        files = {f"{name}.zip": package, f"{name}.cdx.json": bill}
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
