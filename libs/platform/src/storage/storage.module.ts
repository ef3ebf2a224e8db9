import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { DiskStorage } from './disk-storage.js';
import { DownloadLinks } from './download-links.js';
import { FilesController } from './files.controller.js';
import { Storage } from './storage.js';

@Global()
@Module({
  controllers: [FilesController],
  providers: [
    {
      provide: Storage,
      inject: [Config],
      useFactory: async (config: Config): Promise<Storage> => {
        if (!config.S3_BUCKET) return new DiskStorage(config.STORAGE_DIR ?? '.data/files');
        // The SDK takes a tenth of a second and 20 MiB to load: only those who use it pay.
        const { S3Storage } = await import('./s3-storage.js');
        return new S3Storage(config);
      },
    },
    DownloadLinks,
  ],
  exports: [Storage, DownloadLinks],
})
export class StorageModule {}
