/** How many files, and each connection is one, this process may have open. Node has raised it as far as it goes. */
export const openFileLimit = (): number => {
  // Absent on Windows, which has no such limit.
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files: { readonly soft: number | string } };
  };
  const soft = Number(userLimits?.open_files.soft);
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft;
};
