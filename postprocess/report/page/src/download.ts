import {button} from './dom';

/** Hands a text to the browser as a file, from memory. */
export function download(name: string, type: string, content: string | Blob): void {
  const blob = typeof content === 'string' ? new Blob([content], {type}) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export function downloadButton(text: string, name: () => string, type: string, content: () => string | Blob): HTMLButtonElement {
  return button(text, () => download(name(), type, content()), {class: 'download'});
}
