/** Where the service makes, lists and deletes buckets. */
export const BUCKETS_PATH = '/api/object-storage/buckets';
