// Position of the eye: a direction given by two angles, so that the spine stays upright while it is turned.

import type {Vector} from './cut';

export interface Eye {
  /** Degrees about the long axis: 0 from the patient's left, 90 from behind, -90 from the front. */
  azimuth: number;
  /** Degrees above the horizon, -90..90. */
  elevation: number;
  centre: Vector;
  /** Half the height of the picture, mm. */
  halfHeight: number;
}

export type ViewName = 'lateral' | 'anterior' | 'posterior' | 'oblique' | 'superior';

export const VIEWS: Record<ViewName, {azimuth: number; elevation: number; text: string}> = {
  lateral: {azimuth: 0, elevation: 0, text: 'from the left'},
  anterior: {azimuth: -90, elevation: 0, text: 'from the front'},
  posterior: {azimuth: 90, elevation: 0, text: 'from behind'},
  oblique: {azimuth: 40, elevation: 20, text: 'from behind on the left, obliquely'},
  superior: {azimuth: 90, elevation: 90, text: 'from above'},
};

/** Unit vectors (LPS) towards the eye, to the right and to the top of the picture. */
export function axesOf(eye: Pick<Eye, 'azimuth' | 'elevation'>): {towards: Vector; right: Vector; up: Vector} {
  const [a, e] = [eye.azimuth * Math.PI / 180, eye.elevation * Math.PI / 180];
  return {
    towards: [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)],
    right: [-Math.sin(a), Math.cos(a), 0],
    up: [-Math.sin(e) * Math.cos(a), -Math.sin(e) * Math.sin(a), Math.cos(e)],
  };
}

/**
 * An eye that sees all points (three coordinates each) from the direction of `from`. `aspect` is the picture's width by its height;
 * the share `top` of the height is left free for a caption.
 */
export function fit(from: Pick<Eye, 'azimuth' | 'elevation'>, clouds: Float32Array[], aspect: number, top = 0): Eye {
  const axes = axesOf(from);
  const ends = [axes.towards, axes.right, axes.up].map(axis => {
    let [low, high] = [Infinity, -Infinity];
    for (const points of clouds) {
      for (let i = 0; i < points.length; i += 3) {
        const place = axis[0] * points[i] + axis[1] * points[i + 1] + axis[2] * points[i + 2];
        low = Math.min(low, place);
        high = Math.max(high, place);
      }
    }
    return low <= high ? {middle: (low + high) / 2, half: (high - low) / 2} : {middle: 0, half: 50};
  });
  const [depth, width, height] = ends;
  const free = 1 - Math.min(0.5, top);
  const halfHeight = 1.06 * Math.max(height.half / free, width.half / Math.max(0.1, aspect));
  const raised = height.middle + halfHeight * (1 - free);
  return {
    azimuth: from.azimuth, elevation: from.elevation, halfHeight,
    centre: [0, 1, 2].map(k => depth.middle * axes.towards[k] + width.middle * axes.right[k] + raised * axes.up[k]) as Vector,
  };
}

/** The eye after a drag by (dx, dy) pixels, the picture being `height` pixels high. */
export function turned(eye: Eye, dx: number, dy: number, height: number): Eye {
  const elevation = Math.max(-90, Math.min(90, eye.elevation + 180 * dy / height));
  let azimuth = eye.azimuth - 180 * dx / height;
  azimuth -= 360 * Math.round(azimuth / 360);
  return {...eye, azimuth, elevation};
}

export function shifted(eye: Eye, dx: number, dy: number, height: number): Eye {
  const {right, up} = axesOf(eye);
  const scale = 2 * eye.halfHeight / height;
  return {...eye, centre: eye.centre.map((value, k) => value - scale * (dx * right[k] - dy * up[k])) as Vector};
}

export function zoomed(eye: Eye, factor: number): Eye {
  return {...eye, halfHeight: Math.max(2, Math.min(2000, eye.halfHeight / factor))};
}
