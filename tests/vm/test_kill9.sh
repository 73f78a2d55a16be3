#!/bin/bash
# kill -9 at random instants, a few times.
exec "$(dirname "$0")/kill9.sh" 8
