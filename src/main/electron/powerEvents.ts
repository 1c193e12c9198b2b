import type { PowerMonitor } from 'electron';

/**
 * Locks when nobody is in front of the machine. Linux sends no `lock-screen`.
 * Listens for as long as the process lives.
 */
export const lockOnPowerEvents = (powerMonitor: Pick<PowerMonitor, 'on'>, lock: () => void): void => {
  powerMonitor.on('suspend', lock);
  powerMonitor.on('lock-screen', lock);
  powerMonitor.on('shutdown', lock);
};
