import { SunMoon } from 'lucide-react';
import { IconButton } from '../components/Button.tsx';
import { Menu, MenuChoices } from '../components/Menu.tsx';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { themes } from '../stores/theme.ts';

const titles = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

export const ThemeMenu = () => {
  const { theme } = useApp();
  const current = useSlice('theme', (state) => state.theme);
  return (
    <Menu
      trigger={
        <IconButton label="Theme">
          <SunMoon aria-hidden />
        </IconButton>
      }
    >
      <MenuChoices
        value={current}
        onChoose={(value) => theme.choose(themes.find((one) => one === value) ?? 'system')}
        options={themes.map((value) => ({ value, label: titles[value] }))}
      />
    </Menu>
  );
};
