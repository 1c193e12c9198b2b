import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/**
 * Sonner writes a <style> element when it is loaded, which the content security policy forbids. The window imports
 * its style sheet as a file instead.
 */
const sonnerWithoutStyleElement = {
  name: 'sonner-without-style-element',
  transform: (code: string, id: string) =>
    id.includes('/sonner/dist/') ? code.replace(/^__insertCSS\(.*$/m, '') : null,
};

// Everything is bundled (nothing is listed under "dependencies"), so the CLI starts without a module tree to walk; but
// for the keyring, which is machine code and may be missing.
export default defineConfig({
  main: {
    build: {
      target: 'node20',
      sourcemap: true,
      rollupOptions: {
        input: { index: 'src/main/index.ts', cli: 'src/cli/index.ts' },
        external: ['@napi-rs/keyring'],
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is CommonJS: Electron loads it without a module loader.
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react(), tailwindcss(), sonnerWithoutStyleElement],
    build: { rollupOptions: { input: 'src/renderer/index.html' }, assetsInlineLimit: 0 },
  },
});
