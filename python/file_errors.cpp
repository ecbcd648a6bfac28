#include "python/file_errors.h"

#include <exception>
#include <string>

#include "core/bytes/error.h"
#include "python/conversions.h"

namespace py = pybind11;

namespace heapprof {

void translateFileErrors() {
    py::register_exception_translator([](std::exception_ptr pointer) {
        try {
            if (pointer) std::rethrow_exception(pointer);
        } catch (const FileError& error) {
            PyObject* type = PyExc_ValueError;
            switch (error.kind()) {
                case FileError::Kind::NotFound:
                case FileError::Kind::Missing:
                    type = PyExc_FileNotFoundError;
                    break;
                case FileError::Kind::NoPermission:
                    type = PyExc_PermissionError;
                    break;
                case FileError::Kind::IsDirectory:
                    type = PyExc_IsADirectoryError;
                    break;
                case FileError::Kind::Io:
                    type = PyExc_OSError;
                    break;
                case FileError::Kind::NotACapture:
                case FileError::Kind::Version:
                case FileError::Kind::Damaged:
                    break;
            }
            const std::string message = error.what();
            PyErr_SetObject(type, text(message).ptr());
        }
    });
}

}  // namespace heapprof
