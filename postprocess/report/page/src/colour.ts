// Colours of values. The sequential maps rise evenly in lightness, so that they also read in grey and with colour-weak eyes.

export type Rgb = [number, number, number];

const ANCHORS: Record<string, string[]> = {
  // viridis, inferno and magma of matplotlib (public domain), and Moreland's cool-warm, each at even distances
  viridis: ['440154', '482878', '3e4989', '31688e', '26828e', '1f9e89', '35b779', '6ece58', 'b5de2b', 'fde725'],
  inferno: ['1b0c41', '4a0c6b', '781c6d', 'a52c60', 'cf4446', 'ed6925', 'fb9b06', 'f7d13d', 'fcffa4'],
  magma: ['180f3d', '440f76', '721f81', '9e2f7f', 'cd4071', 'f1605d', 'fd9668', 'feca8d', 'fcfdbf'],
  diverging: ['3b4cc0', '6788ee', '9abbff', 'c9d7f0', 'edd1c2', 'f7a889', 'e26952', 'b40426'],
};

export const NO_VALUE_COLOUR: Rgb = [205, 205, 200];

export function parseHex(hex: string): Rgb {
  return [0, 2, 4].map(i => parseInt(hex.slice(i, i + 2), 16)) as Rgb;
}

/** 256 colours of a map, three bytes each. */
export function colourTable(name: string): Uint8Array {
  const anchors = (ANCHORS[name] ?? ANCHORS.viridis).map(parseHex);
  const table = new Uint8Array(3 * 256);
  for (let i = 0; i < 256; ++i) {
    const place = i / 255 * (anchors.length - 1);
    const left = Math.min(Math.floor(place), anchors.length - 2);
    for (let k = 0; k < 3; ++k)
      table[3 * i + k] = Math.round(anchors[left][k] + (place - left) * (anchors[left + 1][k] - anchors[left][k]));
  }
  return table;
}

/** Index into a table of 256 colours; -1 where there is no value. */
export function colourIndex(value: number, range: readonly [number, number]): number {
  if (!Number.isFinite(value))
    return -1;
  const width = range[1] - range[0];
  if (!(width > 0))
    return value > range[0] ? 255 : 0;
  return Math.max(0, Math.min(255, Math.round((value - range[0]) / width * 255)));
}

/** Groups whose parts may bear names that somebody chose: the group alone decides, but for the two parts of a link. */
const GROUP_COLOURS: Record<string, string> = {
  implant: '6f8fb5', cement: 'c9a0dc', ligament: 'd8d2c0', muscle: 'b0503c', load: '8a8f98', facet: '8fc1d9', mark: 'e0182d',
  fibre: '8c2f45',
};
const SPACER_COLOUR = 'e8e4da';

/** Colours of the tissues where no field is shown. */
const PART_COLOURS: [RegExp, string][] = [
  [/nucleus/i, '7fb8c8'],
  [/annulus/i, 'b5697a'],
  [/cartilage/i, '9fc5b8'],
  [/endplate/i, 'd9b779'],
  [/cancellous/i, 'dcc59a'],
  [/cortical|pedicle|lamina|process|arch|bone/i, 'efe3c8'],
  [/disc/i, 'b5697a'],
];

export function partColour(name: string, group: string): Rgb {
  if (group === 'implant' && / spacer$/.test(name))
    return parseHex(SPACER_COLOUR);
  if (GROUP_COLOURS[group])
    return parseHex(GROUP_COLOURS[group]);
  for (const text of [name, group])
    for (const [pattern, hex] of PART_COLOURS)
      if (pattern.test(text))
        return parseHex(hex);
  return parseHex('c8c8c8');
}
