/** An event whose default the listener may prevent, as Electron hands them out. */
export interface Cancelable {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export const cancelable = <Fields extends object>(fields: Fields): Fields & Cancelable => ({
  ...fields,
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true;
  },
});
