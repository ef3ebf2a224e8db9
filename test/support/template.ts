/** The migrated database that tests copy. */
export const TEMPLATE = 'holdfast_template';
