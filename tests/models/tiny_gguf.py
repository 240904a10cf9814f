"""A real GGUF file of 2 MB that answers predictably, so that tests can run the real llama.cpp.

Its vocabulary is the 256 bytes and an end. The only weights that are not zero make each byte's
successors likely, so the last byte of a prompt decides what is said.
"""

import struct
from collections.abc import Iterable
from pathlib import Path

SAYS_PRINTED = "!"
NEVER_ENDS = "~"
SAYS_A_RANDOM_LETTER = "?"

_END = 256
_WIDTH = 320
_FEED_FORWARD = 32
_UINT32, _FLOAT32, _INT32, _STRING, _ARRAY = 4, 6, 5, 8, 9
_ALIGNMENT = 32
_NORMAL, _CONTROL = 1, 3
_TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}"


def write_tiny_gguf(path: Path) -> Path:
    metadata = [
        _text("general.architecture", "llama"),
        *(_number(f"llama.{name}", value) for name, value in _SHAPE.items()),
        _key("llama.attention.layer_norm_rms_epsilon", _FLOAT32) + struct.pack("<f", 1e-5),
        _text("tokenizer.ggml.model", "gpt2"),
        _text("tokenizer.ggml.pre", "default"),
        _list("tokenizer.ggml.tokens", _STRING, map(_string, [*_byte_letters(), "<end>"])),
        _list("tokenizer.ggml.token_type", _INT32, map(_uint32, [_NORMAL] * 256 + [_CONTROL])),
        _list("tokenizer.ggml.merges", _STRING, [_string("Ā ā")]),
        _number("tokenizer.ggml.eos_token_id", _END),
        _text("tokenizer.chat_template", _TEMPLATE),
    ]
    tensors = _tensors()
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)) + b"".join(metadata)
    body = b""
    for name, (shape, data) in tensors.items():
        head += _string(name) + _uint32(len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        head += struct.pack("<IQ", 0, len(body))
        body += data
    path.write_bytes(head + bytes(-len(head) % _ALIGNMENT) + body)
    return path


_SHAPE = {
    "vocab_size": _END + 1,
    "context_length": 8192,
    "embedding_length": _WIDTH,
    "feed_forward_length": _FEED_FORWARD,
    "block_count": 1,
    "attention.head_count": 5,
    "attention.head_count_kv": 5,
    "rope.dimension_count": 64,
}


def _tensors() -> dict[str, tuple[tuple[int, ...], bytes]]:
    """Shapes run from the inner dimension outwards; every size is a multiple of the alignment."""
    square, ones = (_WIDTH, _WIDTH), struct.pack("<f", 1.0) * _WIDTH
    nothing = {
        "attn_q": square,
        "attn_k": square,
        "attn_v": square,
        "attn_output": square,
        "ffn_gate": (_WIDTH, _FEED_FORWARD),
        "ffn_up": (_WIDTH, _FEED_FORWARD),
        "ffn_down": (_FEED_FORWARD, _WIDTH),
    }
    return {
        "token_embd.weight": _matrix((token, token) for token in range(_END + 1)),
        "output.weight": _matrix(
            (follower, token) for token in range(_END + 1) for follower in _followers(token)
        ),
        "output_norm.weight": ((_WIDTH,), ones),
        "blk.0.attn_norm.weight": ((_WIDTH,), ones),
        "blk.0.ffn_norm.weight": ((_WIDTH,), ones),
        **{
            f"blk.0.{name}.weight": (shape, bytes(4 * shape[0] * shape[1]))
            for name, shape in nothing.items()
        },
    }


def _followers(token: int) -> Iterable[int]:
    chains = {SAYS_PRINTED: "p", "p": "r", "r": "i", "i": "n", "n": "t", "t": "e", "e": "d"}
    circle = {NEVER_ENDS: "x", "x": "y", "y": "z", "z": "x"}
    dice = {SAYS_A_RANDOM_LETTER: "ABCDEFGHIJ"}
    letters = {**chains, **circle, **dice}.get(chr(token))
    return [ord(letter) for letter in letters] if letters else [_END]


def _matrix(ones: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], bytes]:
    """A row for each token; `ones` are (row, column)."""
    data = bytearray(4 * _WIDTH * (_END + 1))
    for row, column in ones:
        struct.pack_into("<f", data, 4 * (row * _WIDTH + column), 1.0)
    return (_WIDTH, _END + 1), bytes(data)


def _byte_letters() -> list[str]:
    """GPT-2's name for each byte: itself where it prints, else a letter from 256 on."""
    printing = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [byte for byte in range(256) if byte not in printing]
    return [chr(b) if b in printing else chr(256 + hidden.index(b)) for b in range(256)]


def _key(name: str, kind: int) -> bytes:
    return _string(name) + _uint32(kind)


def _text(name: str, value: str) -> bytes:
    return _key(name, _STRING) + _string(value)


def _number(name: str, value: int) -> bytes:
    return _key(name, _UINT32) + _uint32(value)


def _list(name: str, kind: int, items: Iterable[bytes]) -> bytes:
    encoded = list(items)
    counted = _uint32(kind) + struct.pack("<Q", len(encoded))
    return _key(name, _ARRAY) + counted + b"".join(encoded)


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _uint32(value: int) -> bytes:
    return struct.pack("<I", value)
