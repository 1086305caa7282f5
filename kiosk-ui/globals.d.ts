// What the page finds on `window` when it runs in the gate (`withGlobalTauri`).
declare global {
  interface Window {
    __TAURI__: typeof import("@tauri-apps/api");
  }
}
export {};
