// What hosts that import wasm give: workerd, Deno's `import source`, wrangler.
declare const component: WebAssembly.Module;
export default component;
