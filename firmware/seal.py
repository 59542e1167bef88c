"""The CRC that the running firmware compares its flash with: of the whole image, the CRC's own two bytes as zeros.

python3 seal.py ELF NM OBJCOPY prints it as 0x1234. The Makefile links once to have an image, and once more with its
CRC; between the two links nothing moves, because the CRC comes in as the value of a symbol.
"""

from __future__ import annotations

import binascii
import subprocess
import sys
import tempfile
from pathlib import Path


def _image(elf: str, objcopy: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image"
        subprocess.run([objcopy, "-O", "binary", "-j", ".text", "-j", ".data", elf, str(image)], check=True)
        return image.read_bytes()


def _symbol(elf: str, nm: str, name: str) -> int:
    lines = subprocess.run([nm, elf], check=True, capture_output=True, text=True).stdout.splitlines()
    (address,) = (line.split()[0] for line in lines if line.split()[-1] == name)
    return int(address, 16)


def crc(elf: str, nm: str, objcopy: str) -> int:
    """CRC-16/XMODEM of the image that the ELF puts into flash."""
    image = bytearray(_image(elf, objcopy))
    place = _symbol(elf, nm, "seal")
    if len(image) != _symbol(elf, nm, "__data_load_end"):
        raise SystemExit(f"{elf}: the image has gaps; the linker's sections have changed, adapt seal.py")
    image[place : place + 2] = bytes(2)
    return binascii.crc_hqx(bytes(image), 0)


if __name__ == "__main__":
    sys.stdout.write(f"0x{crc(*sys.argv[1:]):04x}\n")
