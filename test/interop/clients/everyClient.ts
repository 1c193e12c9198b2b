import { awsCli } from './awsCli.ts';
import { awsSdk } from './awsSdk.ts';
import { boto3 } from './boto3.ts';
import { curl } from './curl.ts';
import { minioJs } from './minioJs.ts';
import { rclone } from './rclone.ts';
import type { LocalPair, RealClient } from './realClient.ts';
import { s3cmd } from './s3cmd.ts';

/** @param folder for what some of them write down */
export const everyClient = (pair: LocalPair, folder: string): readonly RealClient[] => [
  awsCli(pair),
  boto3(pair),
  awsSdk(pair),
  rclone(pair),
  s3cmd(pair, folder),
  curl(pair),
  minioJs(pair),
];
