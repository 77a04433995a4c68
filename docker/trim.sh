#!/bin/sh
# Takes out of a Python environment what nothing in the image ever reads. Symbols stay: where
# libraries were patched for a wheel, `strip` breaks them.
set -eu
packages="$1/lib/python3.11/site-packages"
languages="ar|de|en|es|ru"

# What developers read: tests, headers, type stubs, sources in C.
find "$packages" -type d -name tests -prune -exec rm -rf {} +
find "$packages" -type f -regex '.*\.\(a\|c\|cpp\|h\|hpp\|pxd\|pxi\|pyi\|pyx\)' -delete

# A library for programs in C, all of which is in the module for Python, too.
rm -f "$packages"/onnxruntime/capi/libonnxruntime.so.*

# How a thousand other languages write dates and numbers.
if [ -d "$packages/babel" ]; then
    find "$packages/babel/locale-data" -name '*.dat' \
        -regextype posix-extended ! -regex ".*/(root|($languages)(_.*)?)\.dat" -delete
fi
