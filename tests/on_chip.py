"""The firmware's core on the chip: the objects that the firmware is linked from, executed by simavr call by call.

    chip = Chip()
    parts = Interface(chip.memory, "struct pair { … }; void pair_step(struct pair *pair, …);")
    pair = parts.new("struct pair *")
    Calls(chip, parts, signatures).pair_step(pair, 3000, 2500, True, 100)

`new()` makes its structs in the emulated RAM itself, laid out as avr-gcc lays them out: nothing padded, 16 bits an enum
and a pointer. So a test reads and writes the very bytes that the instructions read and write, through the same cffi as
for the core on this computer. A call puts its arguments where avr-gcc's calling convention has them
(https://gcc.gnu.org/wiki/avr-gcc#Calling_Convention); whatever else a caller may leave behind in registers is garbage.

The chip is an ATmega328P with 63 KiB of RAM, so that a test can have many structs at once; see chip/caller.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import cffi
from chip_build import build, symbols

RAM_END = 0xFEFF
STACK_BYTES = 0x400
HEAP_BEGIN = 0x900  # behind the RAM of the chip on sale, where the linker puts what is static
HEAP_END = RAM_END - STACK_BYTES
GRAIN = 16  # bytes; what is freed is used again for what needs as many of these

REGISTERS = 32
ARGUMENTS_END = 26  # registers below it carry arguments, down to
ARGUMENTS_BEGIN = 8
RESULT_END = 26
STACK_POINTER = 0x5D
GARBAGE = 0xA5
MOST_CYCLES = 16_000_000  # a second of the chip's time: no function of the core takes a fiftieth of it
RETURNED = 0
ENDS = {1: "crashed", 2: f"did not return within {MOST_CYCLES} cycles"}

CALLER = """
void *caller_new(const char *elf, uint16_t ram_end);
uint8_t *caller_memory(void *avr);
int caller_run(void *avr, uint32_t from, uint32_t landing, uint64_t most_cycles);
"""


class ChipError(AssertionError):
    """The chip, or who called it, did what no correct program does."""


class Memory:
    """The chip's RAM, which is memory of this process."""

    def __init__(self, begin: Any) -> None:
        """`begin`: cffi's pointer to the byte at address 0."""
        self._ffi = cffi.FFI()
        self._begin = begin
        self._base = int(self._ffi.cast("uintptr_t", begin))
        self._end = HEAP_BEGIN
        self._grains: dict[int, int] = {}
        self._free: dict[int, list[int]] = {}

    def take(self, size: int) -> Any:
        """Room for so many bytes. MemoryError where none is left."""
        grains = max(1, -(-size // GRAIN))
        if self._free.get(grains):
            return self.at(self._free[grains].pop())
        address, self._end = self._end, self._end + grains * GRAIN
        if self._end > HEAP_END:
            raise MemoryError("the chip's RAM is full of the tests' structs")
        self._grains[address] = grains
        return self.at(address)

    def give_back(self, place: Any) -> None:
        """What take() gave."""
        address = self.address(place)
        self._free.setdefault(self._grains[address], []).append(address)

    def at(self, address: int) -> Any:
        """cffi's pointer to the byte there."""
        return self._begin + address

    def address(self, pointer: Any) -> int:
        """On the chip. ChipError where it points into this computer's own memory."""
        address = int(self._ffi.cast("uintptr_t", pointer)) - self._base
        if not 0 < address <= RAM_END:
            raise ChipError(f"{pointer} is not in the chip's RAM")
        return address

    def read(self, address: int, size: int) -> bytes:
        """Bytes from there on."""
        return bytes(self._ffi.buffer(self.at(address), size))

    def write(self, address: int, data: bytes) -> None:
        """Bytes from there on."""
        self._ffi.memmove(self.at(address), data, len(data))


class Interface(cffi.FFI):
    """Declarations as avr-gcc understands them, and a `new()` that makes things in the chip's RAM."""

    def __init__(self, memory: Memory, declarations: str, base: Interface | None = None) -> None:
        """`base`: an interface whose declarations hold here, too."""
        super().__init__()
        if base is not None:
            self.include(base)
        self.cdef(on_avr(declarations), packed=True)
        self.memory = memory
        self.new_here = super().new
        self._new_there = self.new_allocator(memory.take, memory.give_back)

    def new(self, cdecl: Any, init: Any = None) -> Any:
        """As cffi's, on the chip."""
        return self._new_there(cdecl, init)


def on_avr(declarations: str) -> str:
    """What enums (here `int`; none has a negative value), `size_t` and pointers in structs are to avr-gcc, said to a
    compiler to which they are longer."""
    sized = re.sub(r"\b(?:int|size_t)\b", "uint16_t", declarations)
    return re.sub(r"(?:const )?(?:struct )?\w+ \*(\w+);", r"uint16_t \1;", sized)


class Chip:
    """One chip, with the core in its flash and nothing going on."""

    def __init__(self) -> None:
        folder = build()
        self.symbols = symbols(folder / "core.elf")
        self._ffi = cffi.FFI()
        self._ffi.cdef(CALLER)
        self._caller: Any = self._ffi.dlopen(str(folder / "caller.so"))
        self._avr = self._caller.caller_new(str(folder / "core.elf").encode(), RAM_END)
        assert self._avr != self._ffi.NULL, "simavr does not take the core's ELF"
        self.memory = Memory(self._caller.caller_memory(self._avr))
        self._garbage = bytes([GARBAGE] * (STACK_BYTES - 2))
        assert self._run(0) == RETURNED, "the chip does not start"

    def call(self, name: str, arguments: bytes, result_size: int) -> bytes:
        """Calls a function. `arguments`: what its registers hold, up to r25. Returns so many bytes of its result."""
        self._place(arguments)
        end = self._run(self.symbols[name])
        if end != RETURNED:
            raise ChipError(f"{name}() {ENDS[end]}")
        if self._stack() != RAM_END:
            raise ChipError(f"{name}() leaves the stack where it does not belong")
        length = 1 << (result_size - 1).bit_length() if result_size > 1 else 2  # rounded up to what has registers
        return self.memory.read(RESULT_END - length, result_size)

    def _place(self, arguments: bytes) -> None:
        """Registers and stack as a call leaves them: with the address to return to on top."""
        others = bytes([GARBAGE, 0, *[GARBAGE] * (ARGUMENTS_END - 2 - len(arguments))])  # r1 is always 0
        self.memory.write(0, others + arguments + bytes([GARBAGE] * (REGISTERS - ARGUMENTS_END)))
        landing = (self.symbols["main"] // 2).to_bytes(2, "big")
        self.memory.write(HEAP_END + 1, self._garbage + landing)  # so is a local that nobody sets
        self._set_stack(RAM_END - len(landing))

    def _run(self, begin: int) -> int:
        return int(self._caller.caller_run(self._avr, begin, self.symbols["main"], MOST_CYCLES))

    def _stack(self) -> int:
        return int.from_bytes(self.memory.read(STACK_POINTER, 2), "little")

    def _set_stack(self, address: int) -> None:
        self.memory.write(STACK_POINTER, address.to_bytes(2, "little"))


class Calls:
    """The core's functions by their names, as cffi's library has them."""

    def __init__(self, chip: Chip, interface: Interface, native: Any) -> None:
        """`native`: the core on this computer, opened with the same interface; it knows what each function takes."""
        self._chip = chip
        self._interface = interface
        self._native = native

    def __getattr__(self, name: str) -> Callable[..., Any]:
        signature = self._interface.typeof(getattr(self._native, name))
        function = _Function(self._chip, self._interface, name, signature)
        setattr(self, name, function)
        return function


class _Function:
    def __init__(self, chip: Chip, interface: Interface, name: str, signature: Any) -> None:
        self._chip = chip
        self._interface = interface
        self._name = name
        self._takes = signature.args
        self._gives = signature.result
        void = self._gives.kind == "void"
        self._size = 0 if void else 2 if self._gives.kind == "pointer" else interface.sizeof(self._gives)

    def __call__(self, *given: Any) -> Any:
        kept: list[Any] = []
        arguments = b""
        for kind, value in zip(self._takes, given, strict=True):
            number = self._as_bytes(kind, value, kept)
            arguments = number + (bytes([GARBAGE]) if len(number) % 2 else b"") + arguments
        assert len(arguments) <= ARGUMENTS_END - ARGUMENTS_BEGIN, f"{self._name}() has arguments on the stack"
        return self._understood(self._chip.call(self._name, arguments, self._size))

    def _as_bytes(self, kind: Any, value: Any, kept: list[Any]) -> bytes:
        """As the registers hold it, the lowest first."""
        if kind.kind == "pointer":
            return self._address(kind, value, kept).to_bytes(2, "little")
        return int(value).to_bytes(self._interface.sizeof(kind), "little", signed=kind.cname.startswith("int"))

    def _address(self, kind: Any, value: Any, kept: list[Any]) -> int:
        if not isinstance(value, cffi.FFI.CData):
            item = "uint8_t" if kind.item.kind == "void" else kind.item.cname
            value = self._interface.new(f"{item}[]", value)
            kept.append(value)
        return self._chip.memory.address(value)

    def _understood(self, result: bytes) -> Any:
        """What the registers hold, as cffi gives it."""
        if self._size == 0:
            return None
        if self._gives.kind == "pointer":
            return self._interface.cast(self._gives, self._chip.memory.at(int.from_bytes(result, "little")))
        if self._gives.cname == "_Bool":
            assert result in {b"\0", b"\1"}, f"{self._name}() gives a bool of {result!r}"
        place = self._interface.new_here(f"{self._gives.cname} *")
        self._interface.buffer(place)[:] = result
        return place[0]
