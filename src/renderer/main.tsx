import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { pickBridge } from './bridge.ts';
import { Root } from './Root.tsx';
import { AppProvider, createApp } from './stores/appContext.tsx';
import './styles.css';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');

createRoot(element).render(
  <StrictMode>
    <AppProvider app={createApp(pickBridge())}>
      <Root />
    </AppProvider>
  </StrictMode>,
);
