// The drawing surface: one WebGL canvas with one or two viewports that share a camera.

import '@kitware/vtk.js/Rendering/OpenGL/Profiles/Geometry';

import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray';
import vtkPlane from '@kitware/vtk.js/Common/DataModel/Plane';
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData';
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper';
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer';
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow';
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow';

import {axesOf, type Eye} from './camera';
import type {Plane} from './cut';
import {LAYER_NAMES, type Layer, type LayerName} from './layers';

/** Finer screens than this are not drawn finer. */
const MAX_PIXEL_RATIO = 2;

export function hasWebGl(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

interface Drawn {
  actor: vtkActor;
  mapper: vtkMapper;
  data: vtkPolyData;
}

class Viewport {
  readonly renderer = vtkRenderer.newInstance({background: [1, 1, 1]});
  private readonly drawn = new Map<LayerName, Drawn>();
  private readonly plane = vtkPlane.newInstance();

  constructor() {
    for (const name of LAYER_NAMES) {
      const data = vtkPolyData.newInstance();
      const mapper = vtkMapper.newInstance();
      mapper.setInputData(data);
      mapper.setColorModeToDirectScalars();
      mapper.setScalarModeToUsePointData();
      const actor = vtkActor.newInstance();
      actor.setMapper(mapper);
      const property = actor.getProperty();
      property.setAmbient(0.3);
      property.setDiffuse(0.7);
      property.setSpecular(0.08);
      property.setSpecularPower(20);
      if (name === 'cut')
        property.setLighting(false); // so that the colours are those of the colour bar
      if (name === 'facets') {
        // Facets lie upon the bone's own surface and would flicker with it.
        mapper.setResolveCoincidentTopologyToPolygonOffset();
        mapper.setRelativeCoincidentTopologyPolygonOffsetParameters(-2, -4);
      }
      actor.setVisibility(false);
      this.renderer.addActor(actor);
      this.drawn.set(name, {actor, mapper, data});
    }
  }

  setLayers(layers: Map<LayerName, Layer>): void {
    for (const [name, {actor, data}] of this.drawn) {
      const layer = layers.get(name);
      actor.setVisibility(layer !== undefined);
      if (!layer)
        continue;
      data.getPoints().setData(layer.positions, 3);
      data.getPolys().setData(layer.polygons);
      data.getPointData().setNormals(vtkDataArray.newInstance({name: 'Normals', values: layer.normals, numberOfComponents: 3}));
      data.getPointData().setScalars(vtkDataArray.newInstance({name: 'colours', values: layer.colours, numberOfComponents: 3}));
      if (name === 'translucent')
        actor.getProperty().setOpacity(layer.opacity);
      data.modified();
    }
  }

  setPlane(plane: Plane | null, cutLines: boolean): void {
    if (plane) {
      this.plane.setOrigin(plane.origin);
      this.plane.setNormal(plane.normal);
    }
    for (const [name, {mapper}] of this.drawn) {
      if (name === 'cut')
        continue;
      mapper.removeAllClippingPlanes();
      if (plane && (name !== 'lines' || cutLines))
        mapper.addClippingPlane(this.plane);
    }
  }

  setMeshLines(shown: boolean): void {
    for (const name of ['opaque', 'translucent'] as const) {
      const property = this.drawn.get(name)!.actor.getProperty();
      property.setEdgeVisibility(shown);
      property.setEdgeColor(0.25, 0.25, 0.25);
    }
  }
}

export class Canvas {
  private readonly window = vtkRenderWindow.newInstance();
  private readonly gl = vtkOpenGLRenderWindow.newInstance();
  private readonly viewports = [new Viewport(), new Viewport()];
  private shown = 1;
  private pending = false;

  constructor(private readonly container: HTMLElement, private readonly afterRender: () => void) {
    this.window.addView(this.gl);
    this.gl.setContainer(container);
    const camera = this.viewports[0].renderer.getActiveCamera();
    camera.setParallelProjection(true);
    this.viewports[1].renderer.setActiveCamera(camera);
    this.window.addRenderer(this.viewports[0].renderer);
    this.gl.getCanvas()!.setAttribute('aria-hidden', 'true');
  }

  /** One picture, or two beside (or, where that is too narrow, above) each other. */
  arrange(count: 1 | 2, stacked: boolean): void {
    if (count !== this.shown) {
      if (count === 2)
        this.window.addRenderer(this.viewports[1].renderer);
      else
        this.window.removeRenderer(this.viewports[1].renderer);
      this.shown = count;
    }
    const set = (index: number, left: number, bottom: number, right: number, top: number) =>
      this.viewports[index].renderer.setViewport(left, bottom, right, top);
    if (count === 1) {
      set(0, 0, 0, 1, 1);
    } else if (stacked) {
      set(0, 0, 0.5, 1, 1);
      set(1, 0, 0, 1, 0.5);
    } else {
      set(0, 0, 0, 0.5, 1);
      set(1, 0.5, 0, 1, 1);
    }
  }

  resize(): void {
    const ratio = Math.min(MAX_PIXEL_RATIO, globalThis.devicePixelRatio || 1);
    const {width, height} = this.container.getBoundingClientRect();
    this.gl.setSize(Math.max(2, Math.floor(width * ratio)), Math.max(2, Math.floor(height * ratio)));
    this.requestRender();
  }

  setLayers(index: 0 | 1, layers: Map<LayerName, Layer>): void {
    this.viewports[index].setLayers(layers);
  }

  setPlane(plane: Plane | null, cutLines: boolean): void {
    this.viewports.forEach(viewport => viewport.setPlane(plane, cutLines));
  }

  setMeshLines(shown: boolean): void {
    this.viewports.forEach(viewport => viewport.setMeshLines(shown));
  }

  setBackground(colour: [number, number, number]): void {
    this.viewports.forEach(viewport => viewport.renderer.setBackground(colour));
  }

  setEye(eye: Eye): void {
    const {towards, up} = axesOf(eye);
    const distance = 2000; // mm; parallel projection, so it only has to lie outside
    const camera = this.viewports[0].renderer.getActiveCamera();
    camera.setFocalPoint(...eye.centre);
    camera.setPosition(...eye.centre.map((value, k) => value + distance * towards[k]) as [number, number, number]);
    camera.setViewUp(...up);
    camera.setParallelScale(eye.halfHeight);
    camera.setClippingRange(distance - 1000, distance + 1000);
  }

  requestRender(): void {
    if (this.pending)
      return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.render();
    });
  }

  render(): void {
    this.window.render();
    this.afterRender();
  }

  /** The picture as it stands, as a data URL of a PNG file. */
  capture(): string {
    this.window.render(); // the buffer can only be read within the task that drew it
    return this.gl.getCanvas()!.toDataURL('image/png');
  }
}
