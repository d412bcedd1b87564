// The JSON document that `lumbarfem report` and `preview` write into the page. Lengths in mm, angles in degrees; every quantity brings
// its unit along. Text is data: it reaches the document by textContent only.

export type Cell = string | number | null;

export interface Column {
  key: string;
  title: string;
  unit?: string;
  type: 'text' | 'number';
  /** "change": a change in percent against the reference. */
  role?: string;
}

export interface Table {
  id: string;
  title: string;
  note?: string;
  columns: Column[];
  rows: Cell[][];
  /** Indices of the rows that are shown at first; the others are folded. */
  primary?: number[];
  /** Rows that say the same are at first one line. */
  folds?: {label: string; rows: number[]}[];
}

export interface Series {
  name: string;
  x?: number[];
  y: (number | null)[];
  /** Ends of the error band at each point; null where it is not known. */
  low?: (number | null)[];
  high?: (number | null)[];
}

export interface CorridorPoint {
  label: string;
  computed: number | null;
  lower: number | null;
  upper: number | null;
  published: number | null;
  inside: boolean | null;
  status: string;
  unit: string;
  source?: string;
}

export interface Plot {
  id: string;
  title: string;
  note?: string;
  group: string;
  kind: 'line' | 'bar' | 'corridor';
  x?: {label: string; unit?: string};
  y?: {label: string; unit?: string};
  categories?: string[];
  /** The series of a bar plot are parts of one bar. */
  stacked?: boolean;
  filters?: Record<string, string>;
  family: string;
  series?: Series[];
  points?: CorridorPoint[];
  reference?: {y: number; label: string};
}

export interface Field {
  name: string;
  label: string;
  unit: string;
  range: [number, number];
  colormap: 'sequential' | 'diverging';
  /** Range by group of parts: bone stress lies far above that of a disc. */
  ranges?: Record<string, [number, number]>;
  /** How the ranges were made. */
  note?: string;
}

export type Kind = 'hexahedra' | 'triangles' | 'lines';

export interface Part {
  name: string;
  level: string;
  group: string;
  kind: Kind;
  points: number;
  cells: number;
  opacity?: number;
  /** Radius in mm of the tube that stands for a line. */
  radius?: number;
}

export interface PartValues {
  displacement: number | null;
  fields: Record<string, number>;
}

export interface Step {
  label: string;
  load_factor: number;
  moment_Nm: number | null;
  /** One a part of the geometry; null where the part has no data at this step. */
  values: (PartValues | null)[];
}

export interface Run {
  variant: string;
  direction: string;
  protocol: string;
  geometry: number;
  failed?: boolean;
  steps: Step[];
}

export interface PackedBuffer {
  type: 'float32' | 'uint16' | 'int16' | 'uint8' | 'uint32';
  count: number;
  components: number;
  scale?: number;
  offset?: number;
  coding: string;
  data: string;
}

/** What the 3D view shows first. */
export interface FirstView {
  /** What is compared, and the variant that is put beside it. */
  variants: [string, string];
  direction: string;
  protocol: string;
  level: string;
  words: string;
}

export interface Scene {
  length_unit: string;
  first?: FirstView | null;
  fields: Field[];
  runs: Run[];
  geometries: {parts: Part[]}[];
  buffers: PackedBuffer[];
}

/** A part of the answer in words; commands stand between backticks. */
export interface AnswerSection {
  heading: string;
  introduction?: string;
  /** Told in full below what is told in short. */
  folded?: boolean;
  items: {name: string; points: string[]}[];
}

export interface Report {
  schema: number;
  kind: string;
  title: string;
  question?: string;
  study?: string;
  program?: {version?: string; git_revision?: string};
  /** Identity of the run that the page is of, and hash of what is frozen. */
  run?: {id?: string; frozen_hash?: string};
  generated?: string;
  variants?: {name: string; description?: string; status?: string; message?: string}[];
  answer?: AnswerSection[];
  /** Levels that are "operated" or "adjacent" to those. */
  levels?: {name: string; role: string}[];
  tables?: Table[];
  plots?: Plot[];
  scene?: Scene | null;
  figures?: {title: string; caption?: string; png: string}[];
  warnings?: string[];
  provenance?: {heading: string; items: [string, string][]}[];
  credibility?: {heading: string; factor: string; status: string; text: string}[];
  notes?: string[];
}

/** The version of the document that this page understands. */
export const SCHEMA = 1;
