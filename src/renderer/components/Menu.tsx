import clsx from 'clsx';
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';

const item =
  'flex h-7 w-full items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-accent data-highlighted:text-on-accent data-disabled:opacity-50 [&_svg]:size-3.5';

interface MenuProps {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}

/** Not modal: the modal kind writes a <style> element, which the content security policy forbids. */
export const Menu = ({ trigger, children, align = 'start' }: MenuProps) => (
  <DropdownMenu.Root modal={false}>
    <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
    <DropdownMenu.Content
      align={align}
      sideOffset={4}
      collisionPadding={8}
      className="z-40 min-w-48 animate-rise rounded-lg border border-line bg-raised p-1 shadow-pop"
    >
      {children}
    </DropdownMenu.Content>
  </DropdownMenu.Root>
);

export const MenuItem = ({
  className,
  danger = false,
  ...rest
}: ComponentProps<typeof DropdownMenu.Item> & { readonly danger?: boolean }) => (
  <DropdownMenu.Item
    className={clsx(item, danger && 'text-bad-ink data-highlighted:bg-bad-fill', className)}
    {...rest}
  />
);

export const MenuSeparator = () => <DropdownMenu.Separator className="mx-1 my-1 h-px bg-line" />;

interface MenuChoicesProps {
  readonly value: string;
  readonly onChoose: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string; readonly accent?: string }[];
}

export const MenuChoices = ({ value, onChoose, options }: MenuChoicesProps) => (
  <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
    {options.map((option) => (
      <DropdownMenu.RadioItem key={option.value} value={option.value} className={item}>
        <span className="flex size-3.5 items-center">
          <DropdownMenu.ItemIndicator>
            <Check aria-hidden />
          </DropdownMenu.ItemIndicator>
        </span>
        {option.accent !== undefined && (
          <span aria-hidden data-accent={option.accent} className="accent-dot size-2 shrink-0 rounded-full" />
        )}
        <span className="truncate">{option.label}</span>
      </DropdownMenu.RadioItem>
    ))}
  </DropdownMenu.RadioGroup>
);
