import {
  type Field,
  currency,
  date,
  defaulting,
  number,
  oneOf,
  optional,
  price,
  sequence,
  served,
  text,
  time,
  timeZone,
} from './fields.js';

interface FeedColumn {
  /** Type in the staging table. */
  type: string;
  field: Field;
  /** The file is refused when it has no such column. */
  required?: true;
}

/** A file of a feed and its staging table, which has the columns below and `line`. Other columns are ignored. */
export interface FeedTable {
  file: string;
  table: string;
  required?: true;
  columns: Record<string, FeedColumn>;
}

const need = (type: string, field: Field): FeedColumn => ({ type, field, required: true });
const may = (type: string, field: Field): FeedColumn => ({ type, field });

const flag = need('boolean', oneOf('0', '1'));

export const FEED_TABLES: FeedTable[] = [
  {
    file: 'agency.txt',
    table: 'gtfs_agency',
    required: true,
    columns: {
      agency_id: may('text', optional(text)),
      agency_name: need('text', text),
      agency_timezone: need('text', timeZone),
      agency_email: may('text', optional(text)),
    },
  },
  {
    file: 'stops.txt',
    table: 'gtfs_stop',
    required: true,
    columns: {
      stop_id: need('text', text),
      // Only a stop that a trip calls at must have one.
      stop_name: may('text', optional(text)),
      stop_lat: may('float8', optional(number(-90, 90))),
      stop_lon: may('float8', optional(number(-180, 180))),
      zone_id: may('text', optional(text)),
      location_type: may('int', defaulting('0', oneOf('0', '1', '2', '3', '4'))),
      stop_timezone: may('text', optional(timeZone)),
    },
  },
  {
    file: 'routes.txt',
    table: 'gtfs_route',
    required: true,
    columns: {
      route_id: need('text', text),
      agency_id: may('text', optional(text)),
      route_short_name: may('text', optional(text)),
      route_long_name: may('text', optional(text)),
    },
  },
  {
    file: 'calendar.txt',
    table: 'gtfs_calendar',
    columns: {
      service_id: need('text', text),
      monday: flag,
      tuesday: flag,
      wednesday: flag,
      thursday: flag,
      friday: flag,
      saturday: flag,
      sunday: flag,
      start_date: need('date', date),
      end_date: need('date', date),
    },
  },
  {
    file: 'calendar_dates.txt',
    table: 'gtfs_calendar_date',
    columns: {
      service_id: need('text', text),
      date: need('date', date),
      exception_type: need('int', oneOf('1', '2')),
    },
  },
  {
    file: 'trips.txt',
    table: 'gtfs_trip',
    required: true,
    columns: {
      trip_id: need('text', text),
      route_id: need('text', text),
      service_id: need('text', text),
      trip_headsign: may('text', optional(text)),
    },
  },
  {
    file: 'stop_times.txt',
    table: 'gtfs_stop_time',
    required: true,
    columns: {
      trip_id: need('text', text),
      arrival_time: need('int', optional(time)),
      departure_time: need('int', optional(time)),
      stop_id: need('text', text),
      stop_sequence: need('int', sequence),
      pickup_type: may('boolean', defaulting('0', served)),
      drop_off_type: may('boolean', defaulting('0', served)),
      shape_dist_traveled: may('float8', optional(number(0, 1e9))),
    },
  },
  { file: 'frequencies.txt', table: 'gtfs_frequency', columns: { trip_id: need('text', text) } },
  {
    file: 'fare_attributes.txt',
    table: 'gtfs_fare',
    columns: {
      fare_id: need('text', text),
      price: need('numeric', price),
      currency_type: need('text', currency),
      // 0 on board, 1 before boarding
      payment_method: may('int', defaulting('0', oneOf('0', '1'))),
      agency_id: may('text', optional(text)),
    },
  },
  {
    file: 'fare_rules.txt',
    table: 'gtfs_fare_rule',
    columns: {
      fare_id: need('text', text),
      route_id: may('text', optional(text)),
      origin_id: may('text', optional(text)),
      destination_id: may('text', optional(text)),
      contains_id: may('text', optional(text)),
    },
  },
];
