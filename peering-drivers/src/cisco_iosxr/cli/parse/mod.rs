//! IOS-XR's printed answers as models. Pure: text in, models out.
//!
//! A promised field that is missing is an error, never a default; what is unknown besides is passed over.
