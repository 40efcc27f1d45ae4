// Included before any other dlib header by the sources of this folder. dlib is used without the
// BLAS it may have been configured with: its bits depend on the number of cores and on the
// processor, and a model must not.
#pragma once

#include <dlib/assert.h>
#include <dlib/test_for_odr_violations.h>

#undef DLIB_USE_BLAS
#undef DLIB_USE_LAPACK
