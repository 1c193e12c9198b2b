import { z } from 'zod';
import { parsed } from './jsonBody.ts';

const pageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** @throws RestError INVALID_INPUT for a page or limit that cannot be */
export const pageOf = (items: readonly object[], query: URLSearchParams): object => {
  const { page, limit } = parsed(pageQuery, Object.fromEntries(query));
  return {
    success: true,
    data: items.slice((page - 1) * limit, page * limit),
    pagination: { page, limit, total: items.length, totalPages: Math.ceil(items.length / limit) },
  };
};
