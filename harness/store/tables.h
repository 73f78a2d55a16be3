/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The field tables of the documents of a run: what is read, written, and described in
 * results/ as JSON Schema and in SCHEMA.md, all from these rows. Members that are not plain
 * (arrays, intervals) are coded beside the reader and described in schema.c.
 */
#ifndef STORE_TABLES_H
#define STORE_TABLES_H

#include "base/field.h"

#define SCHEMA_PLAN "toll.plan/1"
#define SCHEMA_HOST "toll.host/1"
#define SCHEMA_SUMMARY "toll.summary/1"
#define SCHEMA_MERGED "toll.merged/1"
#define SCHEMA_DIFF "toll.diff/1"
#define SCHEMA_SAMPLE "toll.sample/1"
#define SCHEMA_BOOT "toll.boot/1"
#define SCHEMA_DISCARD "toll.discard/1"
#define SCHEMA_SESSION "toll.session/1"
#define SCHEMA_RECORD "toll.record/1"

extern const struct field table_plan[], table_request[], table_root[], table_arm[], table_host[],
	table_program[];
extern const struct field table_sample[], table_boot[], table_session[];
extern const struct field table_summary[], table_cell[], table_cold[], table_geomean[],
	table_pair[], table_counterpart[], table_aa[], table_variance[], table_factor[],
	table_command_used[], table_boot_summary[], table_spoiled[], table_noise[];
extern const struct field table_merged[], table_merged_host[], table_merged_source[], table_clash[],
	table_contrast[];
extern const struct field table_diff[], table_diff_cell[], table_diff_side[], table_diff_suite[],
	table_diff_fact[];

#endif
