"""Reads PNG files without any module: size, resolution, texts, colours."""
import struct
import zlib


class Picture:
    """A PNG file of 8 bits a channel, RGB or RGBA, not interlaced."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        if data[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError(path + " is not a PNG file")
        self.texts, self.per_metre, place, packed = {}, None, 8, b""
        while place < len(data):
            length, kind = struct.unpack(">I4s", data[place:place + 8])
            content = data[place + 8:place + 8 + length]
            if zlib.crc32(kind + content) != struct.unpack(">I", data[place + 8 + length:place + 12 + length])[0]:
                raise ValueError("%s: wrong checksum of the chunk %s" % (path, kind))
            if kind == b"IHDR":
                self.width, self.height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", content)
                if depth != 8 or colour not in (2, 6) or interlace:
                    raise ValueError("%s: depth %d, colour type %d" % (path, depth, colour))
                self.channels = 3 if colour == 2 else 4
            elif kind == b"pHYs":
                self.per_metre = struct.unpack(">IIB", content)[0]
            elif kind == b"iTXt":
                keyword, rest = content.split(b"\0", 1)
                self.texts[keyword.decode("latin-1")] = rest[4:].decode("utf-8")
            elif kind == b"IDAT":
                packed += content
            place += 12 + length
        self.rows = self._unfilter(zlib.decompress(packed))

    def _unfilter(self, raw):
        n, width = self.channels, self.width * self.channels
        rows, above = [], bytearray(width)
        for start in range(0, len(raw), width + 1):
            kind, row = raw[start], bytearray(raw[start + 1:start + 1 + width])
            for k in range(width):
                left, up = row[k - n] if k >= n else 0, above[k]
                corner = above[k - n] if k >= n else 0
                if kind == 1:
                    row[k] = (row[k] + left) & 255
                elif kind == 2:
                    row[k] = (row[k] + up) & 255
                elif kind == 3:
                    row[k] = (row[k] + (left + up) // 2) & 255
                elif kind == 4:
                    guess = left + up - corner
                    nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                    row[k] = (row[k] + nearest[2]) & 255
            rows.append(bytes(row))
            above = row
        return rows

    def colour(self, x, y):
        """Red, green, blue; y counts from the top."""
        return tuple(self.rows[y][self.channels * x:self.channels * x + 3])

    def n_colours(self):
        n = self.channels
        return len({row[k:k + 3] for row in self.rows for k in range(0, len(row), n)})
