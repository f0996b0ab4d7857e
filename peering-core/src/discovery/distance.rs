//! Which facilities are near, by their coordinates in PeeringDB.

use std::sync::Arc;

use super::Discovery;
use crate::peeringdb::record::Fac;
use crate::{Error, ErrorKind, Result};

/// The mean radius of the Earth in kilometres: (2a + b) / 3 of the ellipsoid WGS 84.
const RADIUS: f64 = 6371.0088;

/// A place on Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    latitude: f64,
    longitude: f64,
}

impl Place {
    /// The place at so many degrees north (-90 to 90) and east (-180 to 180).
    ///
    /// # Errors
    /// [`ErrorKind::Options`] if a number is outside its range, or not a number.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(Error::new(
                ErrorKind::Options,
                format!("the latitude {latitude} is not in -90 to 90 degrees"),
            ));
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(Error::new(
                ErrorKind::Options,
                format!("the longitude {longitude} is not in -180 to 180 degrees"),
            ));
        }
        Ok(Place { latitude, longitude })
    }

    /// Where a facility is. `None` if its record has no coordinates, or impossible ones.
    pub fn of(facility: &Fac) -> Option<Self> {
        Place::new(facility.latitude?, facility.longitude?).ok()
    }

    /// Degrees north.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// The way along the surface in kilometres: the great circle on a sphere of the mean radius, 6371.0088 km
    /// (haversine formula). The Earth is no sphere, so up to 0.6 % off.
    pub fn distance(self, other: Place) -> f64 {
        let (north, other_north) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_sine = |angle: f64| (angle / 2.0).sin().powi(2);
        let east = (other.longitude - self.longitude).to_radians();
        let chord = half_sine(other_north - north) + north.cos() * other_north.cos() * half_sine(east);
        // Rounding may lead past the other side of the Earth.
        2.0 * RADIUS * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// A facility and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct FacilityDistance {
    /// The facility.
    pub facility: Arc<Fac>,
    /// The distance in kilometres, as [`Place::distance`] gives it.
    pub kilometres: f64,
}

impl Discovery<'_> {
    /// The facilities at most so many kilometres from a place, nearest first; at the same distance by number.
    ///
    /// Facilities without coordinates in PeeringDB (`fac.latitude`, `fac.longitude`), or with impossible ones, are
    /// left out.
    ///
    /// # Errors
    /// [`ErrorKind::Options`] if `kilometres` is negative or not a number.
    pub fn facilities_near(&self, place: Place, kilometres: f64) -> Result<Vec<FacilityDistance>> {
        if kilometres.is_nan() || kilometres < 0.0 {
            return Err(Error::new(
                ErrorKind::Options,
                format!("{kilometres} km is no distance; give 0 or more"),
            ));
        }
        let places = self.index.places(&self.snapshot)?.iter();
        let mut near: Vec<(f64, u64)> = places
            .filter_map(|row| Some((Place::new(row.latitude, row.longitude).ok()?.distance(place), row.fac)))
            .filter(|(distance, _)| *distance <= kilometres)
            .collect();
        near.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let numbers: Vec<u64> = near.iter().map(|(_, fac)| *fac).collect();
        // Every one of them exists: they were read from the same state.
        let facilities = self.index.buildings(&self.snapshot, &numbers)?;
        Ok(near
            .into_iter()
            .zip(facilities)
            .map(|((kilometres, _), facility)| FacilityDistance { facility, kilometres })
            .collect())
    }

    /// The facilities at most so many kilometres from another facility (`fac.id`), itself left out; otherwise as
    /// [`facilities_near`](Discovery::facilities_near).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the mirror has no such facility or its record no possible coordinates,
    /// [`ErrorKind::Options`] if `kilometres` is negative or not a number.
    pub fn facilities_near_facility(&self, fac: u64, kilometres: f64) -> Result<Vec<FacilityDistance>> {
        let facility = self.index.buildings(&self.snapshot, &[fac])?.pop();
        let facility = facility
            .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("the mirror has no facility {fac}")))?;
        let place = Place::of(&facility).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("facility {fac} has no coordinates in PeeringDB"))
        })?;
        let mut near = self.facilities_near(place, kilometres)?;
        near.retain(|row| row.facility.id != fac);
        Ok(near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(one: (f64, f64), other: (f64, f64)) -> f64 {
        let place = |(latitude, longitude)| Place::new(latitude, longitude).unwrap();
        let there = place(one).distance(place(other));
        assert!((there - place(other).distance(place(one))).abs() < 1e-9);
        there
    }

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} km, expected {expected}");
    }

    #[test]
    fn known_distances() {
        let (amsterdam, frankfurt) = ((52.3702, 4.8952), (50.1109, 8.6821));
        near(distance(amsterdam, frankfurt), 364.0, 1.0);
        near(distance(amsterdam, amsterdam), 0.0, 0.0);
        // London, New York; Sydney, Santiago over the Pacific.
        near(distance((51.5074, -0.1278), (40.7128, -74.0060)), 5570.0, 5.0);
        near(distance((-33.8688, 151.2093), (-33.4489, -70.6693)), 11340.0, 20.0);
        // One degree of a meridian.
        near(distance((0.0, 0.0), (1.0, 0.0)), RADIUS.to_radians(), 1e-9);
    }

    #[test]
    fn antimeridian_poles_and_the_other_side() {
        // Fiji and Samoa are a short way apart, across the antimeridian.
        near(distance((-18.1248, 178.4501), (-13.8507, -171.7514)), 1145.0, 10.0);
        near(distance((0.0, 180.0), (0.0, -180.0)), 0.0, 1e-6);
        near(distance((10.0, 179.5), (10.0, -179.5)), distance((10.0, 0.0), (10.0, 1.0)), 1e-9);
        // All longitudes meet at a pole.
        near(distance((90.0, 0.0), (90.0, 137.0)), 0.0, 1e-9);
        near(distance((90.0, 20.0), (0.0, -111.0)), RADIUS * std::f64::consts::FRAC_PI_2, 1e-6);
        near(distance((90.0, 0.0), (-90.0, 50.0)), RADIUS * std::f64::consts::PI, 1e-6);
        near(distance((37.5, 30.0), (-37.5, -150.0)), RADIUS * std::f64::consts::PI, 1e-3);
    }

    #[test]
    fn impossible_coordinates_are_refused() {
        let cases =
            [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.5), (0.0, -200.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)];
        for (latitude, longitude) in cases {
            let refused = Place::new(latitude, longitude).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Options, "{latitude} {longitude}");
        }
        let facility = Fac { latitude: Some(95.0), longitude: Some(5.0), ..Fac::default() };
        assert_eq!(Place::of(&facility), None);
        assert_eq!(Place::of(&Fac { latitude: Some(1.0), ..Fac::default() }), None);
    }
}
