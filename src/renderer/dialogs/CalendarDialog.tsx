import { toast } from 'sonner';
import { Field } from '../components/Field.tsx';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

export const CalendarDialog = () => {
  const { bridge, dialogs } = useApp();
  return (
    <DialogForm
      title="Calendar file"
      description="Every expiry as an event that any calendar can import. It names credentials and workspaces; no secret is in it."
      submit="Write the file"
      failure="No file was written"
      onSubmit={async (form) => {
        const { path, events } = await bridge.call('due.calendar', { path: form.text('path') });
        dialogs.close();
        toast.success(`${events} expiries are in ${path}`);
      }}
    >
      <Field
        label="File"
        name="path"
        mono
        required
        autoFocus
        placeholder="/home/you/expiries.ics"
        hint="Its whole path, ending in .ics. An existing file is not overwritten."
      />
    </DialogForm>
  );
};
