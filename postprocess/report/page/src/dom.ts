// Elements are made with text nodes only: nothing that comes with the data is ever read as markup.

type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;
type Child = Node | string | null | undefined;

/** An element with attributes (a function under "onclick" listens to "click") and children; strings become text. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {},
                                                        ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false)
      continue;
    if (typeof value === 'function')
      element.addEventListener(name.slice(2), value);
    else
      element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children)
    if (child !== null && child !== undefined)
      element.append(child);
  return element;
}

let nextId = 0;
/** An identifier that no other element of the page bears. */
export function uniqueId(stem: string): string {
  return `${stem}-${++nextId}`;
}

/** A select box with its label. `onChange` hears the value chosen. */
export function selectBox(label: string, options: {value: string; text: string}[], value: string,
                          onChange: (value: string) => void): {element: HTMLElement; select: HTMLSelectElement} {
  const id = uniqueId('select');
  const select = h('select', {id});
  for (const option of options)
    select.append(h('option', {value: option.value}, option.text));
  select.value = value;
  select.addEventListener('change', () => onChange(select.value));
  return {element: h('span', {class: 'field'}, h('label', {for: id}, label), select), select};
}

export function slider(label: string, attributes: {min: number; max: number; step: number | 'any'; value: number},
                       show: (value: number) => string, onInput: (value: number) => void):
    {element: HTMLElement; input: HTMLInputElement; refresh: () => void} {
  const id = uniqueId('slider');
  const input = h('input', {type: 'range', id, ...attributes});
  const output = h('output', {for: id});
  const refresh = () => {
    output.textContent = show(Number(input.value));
    input.setAttribute('aria-valuetext', output.textContent);
  };
  input.addEventListener('input', () => {
    refresh();
    onInput(Number(input.value));
  });
  refresh();
  return {element: h('span', {class: 'field slider'}, h('label', {for: id}, label), input, output), input, refresh};
}

export function checkBox(label: string, checked: boolean, onChange: (checked: boolean) => void):
    {element: HTMLElement; input: HTMLInputElement} {
  const id = uniqueId('check');
  const input = h('input', {type: 'checkbox', id});
  input.checked = checked;
  input.addEventListener('change', () => onChange(input.checked));
  return {element: h('span', {class: 'check'}, input, h('label', {for: id}, label)), input};
}

export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return h('button', {type: 'button', onclick: onClick, ...attributes}, text);
}
