import { Injectable } from '@nestjs/common';
import { localDateTime } from '#kernel';
import { Config, Database, Storage } from '#platform';
import { AccountsService } from '#identity';
import { BookablesService, OrganizationsService } from '#catalogue';
import { Order, OrderState, Reservation, ReservationState } from '#reservations';
import { Ticket, TicketDetailsService, TicketState, TicketsService, calendarOf, orderDocumentKey } from '#tickets';
import { MailingService } from './mailing.service.js';
