/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Redis runs for us: a library of functions in Lua, function.lua, by its name and version. Another way
 * of counting gets another number, so that two releases of Postseal on one Redis do not disturb each other.
 */
#ifndef POSTSEAL_COUNT_FUNCTION_H
#define POSTSEAL_COUNT_FUNCTION_H

#include "lib/base/bytes.h"

#define FUNCTION_LIBRARY "postseal_1"
#define FUNCTION_SPEND FUNCTION_LIBRARY "_spend"
#define FUNCTION_LOOK FUNCTION_LIBRARY "_look"

/* Ticks a second: a double of Lua holds them exactly until 2091, counted from FUNCTION_EPOCH, 2020. */
#define FUNCTION_TICK_NS 250
#define FUNCTION_RAMP_DAYS 90

/* The text that FUNCTION LOAD takes. */
struct bytes function_code(void);

#endif
